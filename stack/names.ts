/** Names and ARNs that CloudFormation cannot provide. */
import { Stack } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { ConfigError } from '../edge/config/checked';

/** ARN of a distribution of this account; of all of them for `*`. */
export const distributionArn = (scope: Construct, id: string): string =>
  `arn:${Stack.of(scope).partition}:cloudfront::${Stack.of(scope).account}:distribution/${id}`;

/**
 * Refuses a name that is too long because of the names of stack and resizer.
 * @param what such as `bucket`
 * @throws ConfigError
 */
export function checkName(resizer: string, what: string, name: string, service: string, most: number): void {
  if (name.length <= most) return;
  throw new ConfigError(
    `The name ${resizer} of stack and resizer makes a ${what}'s name of ${name.length} characters; ${service} allows ${most}. Choose a shorter one.`,
  );
}

/** A resizer with this id, directly in its stack, has resources that are named after the stack alone. */
const DEFAULT_ID = 'Resizer';

/** Ids of the constructs from the stack down to a resizer; none for the default id. */
export function pathInStack(resizer: IConstruct): string[] {
  const { scopes } = resizer.node;
  const path = scopes.slice(scopes.indexOf(Stack.of(resizer)) + 1).map(({ node }) => node.id);
  return path.length === 1 && path[0] === DEFAULT_ID ? [] : path.map((id) => id.replaceAll(/[^\w.-]+/g, '-'));
}

/** Prefix of the fixed names of a resizer's resources: the name of its stack, and its path. */
export const nameOf = (resizer: IConstruct): string =>
  [Stack.of(resizer).stackName, ...pathInStack(resizer)].join('-').replaceAll(/[^A-Za-z0-9-]+/g, '-');

/** Prefix of the ids of a resizer's outputs. */
export const outputPrefix = (resizer: IConstruct): string =>
  pathInStack(resizer)
    .join('')
    .replaceAll(/[^A-Za-z0-9]+/g, '');
