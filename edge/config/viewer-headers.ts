/** A header with the same value on every answer, as name and value. */
export type ViewerHeader = [name: string, value: string];

const YEAR_SECONDS = 365 * 86_400;

/**
 * Headers of every answer, image or error. Both functions set them, since not every flat-rate plan has custom response
 * headers policies. Those that let scripts of any site read an answer stand on it whether or not the request had an
 * `Origin`: a browser keeps the answer to a plain `<img>` and takes it for one with `crossorigin`, which it blocks where
 * they are missing. Each is `*`, since no answer depends on credentials.
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
