/** Names and ARNs that CloudFormation cannot give, and that are put together here. */
import { Stack } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { ConfigError } from '../edge/config/checked';

/** ARN of a distribution of this account; of all of them for `*`. */
export const distributionArn = (scope: Construct, id: string): string =>
  `arn:${Stack.of(scope).partition}:cloudfront::${Stack.of(scope).account}:distribution/${id}`;

/**
 * Refuses a name that the names of stack and resizer make too long.
 * @param what such as `bucket`
 * @throws ConfigError
 */
export function checkName(resizer: string, what: string, name: string, service: string, most: number): void {
  if (name.length <= most) return;
  throw new ConfigError(
    `The name ${resizer} of stack and resizer makes a ${what}'s name of ${name.length} characters; ${service} allows ${most}. Choose a shorter one.`,
  );
}

/** Id of a resizer, directly in its stack, whose resources are named after the stack alone: the one of the project's own app. */
const UNNAMED = 'Resizer';

/** Ids of the constructs that lead from its stack to a resizer; none for the one whose resources are named after the stack alone. */
export function pathInStack(resizer: IConstruct): string[] {
  const { scopes } = resizer.node;
  const path = scopes.slice(scopes.indexOf(Stack.of(resizer)) + 1).map(({ node }) => node.id);
  return path.length === 1 && path[0] === UNNAMED ? [] : path.map((id) => id.replaceAll(/[^\w.-]+/g, '-'));
}

/** What names of a resizer's resources begin with, where they have to be spelled out: its stack's name, and its path. */
export const nameOf = (resizer: IConstruct): string =>
  [Stack.of(resizer).stackName, ...pathInStack(resizer)].join('-').replaceAll(/[^A-Za-z0-9-]+/g, '-');

/** What the ids of a resizer's outputs begin with. */
export const outputPrefix = (resizer: IConstruct): string =>
  pathInStack(resizer)
    .join('')
    .replaceAll(/[^A-Za-z0-9]+/g, '');
