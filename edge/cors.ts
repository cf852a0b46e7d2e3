/**
 * Headers that let scripts of any site read an answer; each is `*`, since no answer depends on credentials. They stand
 * on every answer, whether or not the request had an `Origin`: a browser keeps the answer to a plain `<img>` and takes
 * it for one with `crossorigin`, which it blocks where they are missing.
 */
export const CORS_HEADERS = ['access-control-allow-origin', 'access-control-expose-headers'] as const;
