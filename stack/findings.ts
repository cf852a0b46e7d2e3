import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';

/**
 * Makes findings that no construct explains end the synthesis: those of cdk-nag here, those of CloudFormation's
 * validator by the context of `cdk.json`.
 */
export function refuseFindings(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
