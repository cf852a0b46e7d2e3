export interface LogGroup {
  name: string;
  region: string;
}

/** A public key of CloudFront, and the hash by which `fingerprint.ts` tells that a private one belongs to it. */
export interface MemberKey {
  id: string;
  fingerprint: string;
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
  /** False where the distribution's plan has no cache tags; missing where it has, and of earlier versions. */
  hasCacheTags?: false;
  /** Below which the images are, such as `/img`; missing where they have the distribution to themselves. */
  base?: string;
  /** ARN of the KeyValueStore with the keys of signed URLs; missing where none are taken. */
  signingKeys?: string;
  /** Public keys of who signs for members, if the refresh function does, too. */
  memberKeys?: MemberKey[];
  /** The prefix is empty, or ends in a slash. */
  originals: { bucket: string; region: string; prefix: string };
  variants: { bucket: string; region: string };
  /**
   * Where the functions log. Without an Origin Shield, renders have no region: they run in each with a regional edge
   * cache. A stack that was deployed by an early version does not name the group of new generations.
   */
  logs: { renders: { name: string; region?: string }; refresh: LogGroup; newGeneration?: LogGroup };
}

/** @param path ids of constructs that lead from the stack to the resizer */
export const stackParameterName = (stackName: string, path: string[] = []): string =>
  `/${[stackName, ...path].join('/')}/distribution`;
