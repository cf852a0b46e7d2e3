/** A header that every answer has, with its value. */
export type ViewerHeader = [name: string, value: string];

const YEAR_SECONDS = 365 * 86_400;

/**
 * Headers of every answer, image or error. Both functions set them, since not every flat-rate plan has custom response
 * headers policies. The headers of CORS do not depend on the request's `Origin`: a browser may reuse its cached answer
 * to a plain `<img>` for one with `crossorigin`, and would block it without them. Each is `*`, since no answer depends
 * on credentials.
 * @param hasDomain whether the distribution has domain names, and all of it is this project's
 */
export const viewerHeaders = (hasDomain: boolean): ViewerHeader[] => [
  ['access-control-allow-origin', '*'],
  ['access-control-expose-headers', '*'],
  ['cross-origin-resource-policy', 'cross-origin'],
  ['timing-allow-origin', '*'],
  ['x-content-type-options', 'nosniff'],
  ['vary', 'Accept'],
  // HSTS is for its owner to decide, and cloudfront.net is AWS's.
  ...(hasDomain ? [['strict-transport-security', `max-age=${YEAR_SECONDS}`] satisfies ViewerHeader] : []),
];
