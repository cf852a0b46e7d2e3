import { Stack, Validations } from 'aws-cdk-lib';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference';
import type { IConstruct } from 'constructs';

/** For functions on a runtime that is not the newest one of Lambda. */
export const OLDER_RUNTIME = {
  'AwsSolutions-L1': 'The newest runtime that is known to work at the edge; all functions here use it.',
};

/** Says why a finding of cdk-nag or a warning of the CDK on a construct is meant to be so: reasons by its id. */
export function explain(construct: IConstruct, reasons: Readonly<Record<string, string>>): void {
  const acknowledged = Object.entries(reasons).map(([id, reason]) => ({ id, reason }));
  Validations.of(construct).acknowledge(...acknowledged);
}

/** Says why a role may use resources that its policy names with a `*`, as pairs of ARN and reason. */
export function explainWildcards(role: IConstruct, reasons: [arn: string, reason: string][]): void {
  const idOf = (arn: string) => `AwsSolutions-IAM5[Resource::${flattenCfnReference(Stack.of(role).resolve(arn))}]`;
  explain(role, Object.fromEntries(reasons.map(([arn, reason]) => [idOf(arn), reason])));
}
