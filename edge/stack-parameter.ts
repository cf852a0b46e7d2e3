export interface LogGroup {
  name: string;
  region: string;
}

/** A public key of CloudFront, and its hash from `fingerprint.ts`, by which its private key is recognised. */
export interface MemberKey {
  id: string;
  fingerprint: string;
}

/**
 * What the stack publishes about itself in a parameter in us-east-1, for scripts, and for what is deployed before the
 * distribution. It is the same on AWS and on this machine.
 */
export interface StackParameter {
  /** Id of the distribution. */
  id: string;
  /** URL of the distribution, without a slash at the end. */
  url: string;
  generation: string;
  /** False if the distribution's plan has no cache tags. Otherwise missing, as in stacks of earlier versions. */
  hasCacheTags?: false;
  /** What all paths of images begin with, like `/img`; missing if the distribution has only images. */
  base?: string;
  /** ARN of the KeyValueStore with the keys of signed URLs; missing if the config takes no signatures. */
  signingKeys?: string;
  /** Public keys of those who sign for members, if the refresh function is one of them. */
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

/** @param path ids of the constructs from the stack to the resizer */
export const stackParameterName = (stackName: string, path: string[] = []): string =>
  `/${[stackName, ...path].join('/')}/distribution`;
