/**
 * The canonical path of a variant: the base, the key of its original, and its own name. It is the cache key and, below
 * the generation, the key in the variants bucket. Part of the CloudFront Function: see `variant.ts` for its language.
 */
import { parseCropped } from './crop-name';
import { parseNamed } from './named-preset';
import { type Grammar, type VariantRequest, parseVariant, printVariant } from './variant';

// Why `$(?!\n)` and `[^\n]`, see `variant.ts`.
/** No control character, no dot segment, no `//` at the start. */
const PATH = /^(?!\/\/|[^\n]*\/\.\.?(\/|$))[^\x00-\x1f\x7f-\x9f]*$(?!\n)/;
const DIGEST = /~([\da-f]{8})$(?!\n)/;
const UNRESERVED = /^[\w.~/-]*$(?!\n)/;

/** The canonical path of a variant, percent-encoded. */
export function printPath(grammar: Grammar, request: VariantRequest): string {
  let path = '/' + encodeKey(request.key + '/' + printVariant(request.variant));
  BASE: path = grammar.base + path;
  return path;
}

/** Parses a percent-encoded canonical path; undefined for any other path. */
export function parsePath(grammar: Grammar, uri: string): VariantRequest | undefined {
  const path = decodePath(uri);
  const below = path && belowBase(grammar.base, path);
  return below && isSafePath(below) ? splitPath(grammar, below.slice(1)) : undefined;
}

/** Splits a decoded canonical path without base and first slash; undefined for any other path. */
export function splitPath(grammar: Grammar, path: string): VariantRequest | undefined {
  const slash = path.lastIndexOf('/');
  const match = path.indexOf('~', slash) > 0 && DIGEST.exec(path);
  const name = path.slice(slash + 1, match ? match.index : path.length);
  let variant = slash > 0 && (parseVariant(name) || parseNamed(grammar, name));
  SIGNED: if (grammar.signed && slash > 0 && !variant) variant = parseCropped(name);
  if (!variant || variant.quality === grammar.quality) return undefined;
  if (match) variant.digest = match[1];
  return { key: path.slice(0, slash), variant };
}

/** Decodes a path once; undefined unless it is percent-encoded UTF-8. */
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

/** A decoded path without its base; undefined for a path outside of the base. */
export const belowBase = (base: string, path: string): string | undefined =>
  path.startsWith(base + '/') ? path.slice(base.length) : undefined;

/** Whether a decoded path has no control characters, no `.` or `..` segments and no `//` at its start. */
export const isSafePath = (path: string): boolean => PATH.test(path);

/** Percent-encodes a key for a path: all but `A-Z a-z 0-9 - _ . ~ /`, as upper-case `%XX` of its UTF-8. */
export const encodeKey = (key: string): string =>
  UNRESERVED.test(key)
    ? key
    : encodeURIComponent(key)
        .replace(/%2F/g, '/')
        .replace(/[!'()*]/g, (character) => '%' + character.charCodeAt(0).toString(16).toUpperCase());
