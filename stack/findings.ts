import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';

/**
 * Makes synthesis fail on findings of cdk-nag that no construct acknowledges. The context in `cdk.json` does the same for
 * CloudFormation's validator.
 */
export function refuseFindings(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
