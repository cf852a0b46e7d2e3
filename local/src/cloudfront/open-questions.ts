/** Questions that AWS's documents leave open. */
export interface OpenQuestions {
  /** Whether the size limit of a generated response counts a base64 body encoded or decoded. */
  base64Counts: 'encoded' | 'decoded';
  /** The method of the origin request when a HEAD misses the cache. */
  headReachesOriginAs: 'HEAD' | 'GET';
  /** Whether a function's answer to a HEAD, which has no body, is cached and served to a GET. */
  headAnswersKept: boolean;
  /** Whether path patterns are matched after the normalisation of RFC 3986. */
  pathsMatchNormalised: boolean;
  /** Whether the 502 or 503 of a failed function is cached like an origin's. */
  functionErrorsCached: boolean;
  /** Whether an invalidation applies to a response that is on its way from the origin. */
  invalidationReachesInFlight: boolean;
  /** Whether a path that is not UTF-8 is read as ISO-8859-1, and converted before the function sees it. */
  latin1PathsConverted: boolean;
  /** Whether cached errors have cache tags. */
  tagsOnErrors: boolean;
  /** Whether a `Vary` that names a header which is not forwarded reaches viewers. */
  varyReachesViewers: boolean;
}

/** The answers that are worse for the product. */
export const PESSIMISTIC: OpenQuestions = {
  base64Counts: 'encoded',
  headReachesOriginAs: 'HEAD',
  headAnswersKept: true,
  pathsMatchNormalised: true,
  functionErrorsCached: true,
  invalidationReachesInFlight: false,
  latin1PathsConverted: false,
  tagsOnErrors: false,
  varyReachesViewers: false,
};
