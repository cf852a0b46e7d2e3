/** Names and ARNs that are put together here, since CloudFormation cannot be asked for them. */
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ConfigError } from '../edge/config/checked';

/** ARN of a distribution of this account; of all of them for `*`. */
export const distributionArn = (scope: Construct, id: string): string =>
  `arn:${Stack.of(scope).partition}:cloudfront::${Stack.of(scope).account}:distribution/${id}`;

/**
 * Refuses a name that the stack's own name makes too long.
 * @param what such as `bucket`
 * @throws ConfigError
 */
export function checkName(stackName: string, what: string, name: string, service: string, most: number): void {
  if (name.length <= most) return;
  throw new ConfigError(
    `The stack's name ${stackName} makes a ${what}'s name of ${name.length} characters; ${service} allows ${most}. Choose a shorter one.`,
  );
}
