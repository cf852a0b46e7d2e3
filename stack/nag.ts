import { Stack, Validations } from 'aws-cdk-lib';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference';
import type { IConstruct } from 'constructs';

/** Acknowledges findings of cdk-nag and warnings of the CDK on a construct. @param reasons by the finding's id */
export function acknowledge(construct: IConstruct, reasons: Readonly<Record<string, string>>): void {
  const acknowledged = Object.entries(reasons).map(([id, reason]) => ({ id, reason }));
  Validations.of(construct).acknowledge(...acknowledged);
}

/** Acknowledges resources with a `*` in a role's policy, as pairs of ARN and reason. */
export function acknowledgeWildcards(role: IConstruct, reasons: [arn: string, reason: string][]): void {
  const idOf = (arn: string) => `AwsSolutions-IAM5[Resource::${flattenCfnReference(Stack.of(role).resolve(arn))}]`;
  acknowledge(role, Object.fromEntries(reasons.map(([arn, reason]) => [idOf(arn), reason])));
}
