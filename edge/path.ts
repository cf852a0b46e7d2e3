/**
 * Paths of URLs, whatever they name. Bundled into the CloudFront Function, in whose language it is written, as `variant.ts`
 * is.
 */

/** A decoded path with the base taken off; undefined outside of the base. */
export const belowBase = (base: string, path: string): string | undefined =>
  path.startsWith(base + '/') ? path.slice(base.length) : undefined;

/** Decodes a path once; undefined for what is not percent-encoded UTF-8. */
export function decodePath(uri: string): string | undefined {
  try {
    const path = decodeURIComponent(uri);
    // A lone surrogate decodes, but has no UTF-8.
    encodeURIComponent(path);
    return path;
  } catch {
    return undefined;
  }
}
