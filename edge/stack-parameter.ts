export interface LogGroup {
  name: string;
  region: string;
}

/**
 * What the stack tells of itself in a parameter of us-east-1, for what is deployed before the distribution and for
 * scripts: the same on AWS and on this machine.
 */
export interface StackParameter {
  /** Id of the distribution. */
  id: string;
  /** Of the distribution, without a slash at the end. */
  url: string;
  generation: string;
  /** Below which the images are, such as `/img`; missing where they have the distribution to themselves. */
  base?: string;
  /** The prefix is empty, or ends in a slash. */
  originals: { bucket: string; region: string; prefix: string };
  variants: { bucket: string; region: string };
  /** Where the functions log; a stack that was deployed by an early version does not name that of new generations. */
  logs: { renders: LogGroup; refresh: LogGroup; newGeneration?: LogGroup };
}

/** @param path ids of constructs that lead from the stack to the resizer */
export const stackParameterName = (stackName: string, path: string[] = []): string =>
  `/${[stackName, ...path].join('/')}/distribution`;
