/** What AWS's documents leave open. The defaults are the answers that are worse for the product. */
export interface OpenQuestions {
  /** Whether the limit of a generated response counts a body as base64 or decoded. */
  base64Counts: 'encoded' | 'decoded';
  /** How a viewer's HEAD reaches the origin on a miss. */
  headReachesOriginAs: 'HEAD' | 'GET';
  /** Whether a function's answer to a HEAD, which has no body, is kept and served to a GET. */
  headAnswersKept: boolean;
  /** Whether a path is compared with path patterns after the normalisation of RFC 3986. */
  pathsMatchNormalised: boolean;
  /** Whether the 502 or 503 of a function that failed is cached like an origin's. */
  functionErrorsCached: boolean;
  /** Whether an invalidation reaches a response that was on its way from the origin at that moment. */
  invalidationReachesInFlight: boolean;
  /** Whether a path that is not UTF-8 is taken for ISO-8859-1, and is UTF-8 when the function sees it. */
  latin1PathsConverted: boolean;
  /** Whether a cached error has the cache tags of its response. */
  tagsOnErrors: boolean;
  /** Whether a `Vary` of the origin or a function reaches viewers where it names a header that is not forwarded. */
  varyReachesViewers: boolean;
}

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
