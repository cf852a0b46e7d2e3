/** The URL grammar: from any form of URL to the canonical path of the one variant that it asks for, or to a refusal. */
import { allows, isListed } from '../allow-list';
import type { Values } from '../event-values';
import { DIGEST_CHARACTERS, GENERATION_CHARACTERS } from '../grammar-constants';
import { S3_KEY_BYTES } from '../limits';
import { belowBase, decodePath, isSafePath, printPath, splitPath } from '../path';
import { type Grammar, VIEWER_CLASSES, type VariantRequest, has, oneOf } from '../variant';
import { checkFolder } from './members';
import { readVariant } from './options';
import { type Refusal, allowedSizes, badPath, isRefusal, refuse, refuseOption } from './refusal';
import { type SizeToken, readQuerySize, readToken } from './size-token';
import type { UrlGrammar } from './snap';
import { viewerClass } from './viewer-class';

/**
 * Normalises a request to the canonical path of the one variant that it asks for.
 * @param uri the path as the viewer sent it, percent-encoded
 * @param query names and values as the viewer sent them, which is how CloudFront passes them on
 * @param accept the viewer's `Accept`, or ''
 */
export function normalise(grammar: UrlGrammar, uri: string, query: Values, accept: string): string | Refusal {
  try {
    const request = readRequest(grammar, readPath(grammar, uri), query, accept);
    if (request.key[0] === '/') badPath('A key cannot begin with a slash.');
    PRIVATE: checkFolder(grammar, request.key);
    const path = printPath(grammar, request);
    checkLength(path, request.variant.digest ? 0 : 1 + DIGEST_CHARACTERS);
    return path;
  } catch (thrown) {
    if (isRefusal(thrown)) return thrown;
    throw thrown;
  }
}

/** Decodes a path once, and drops the base and the slash after it. */
function readPath(grammar: Grammar, uri: string): string {
  let path = decodePath(uri);
  if (path === undefined) return badPath('The path is not percent-encoded UTF-8.');
  BASE: path = belowBase(grammar.base, path) || refuse(404, 'OUTSIDE_BASE', 'Images are below ' + grammar.base + '/.');
  if (!isSafePath(path)) badPath('A path has no control characters, . or .. segments, or // at its start.');
  if (path.length < 2) refuse(404, 'NO_KEY', 'Ask for /{key} or /{size}/{key}.' + allowedSizes(grammar, {}));
  return path.slice(1);
}

/** Tries the forms of URL in order: a size in the query, the canonical path, a size in the path, no size. */
function readRequest(grammar: UrlGrammar, path: string, query: Values, accept: string): VariantRequest {
  // A size in the query makes the whole path a key: so an original can be reached even if its name looks like a variant's.
  const token = has(grammar.urls, 'query') && readQuerySize(grammar, query);
  const canonical = !token && splitPath(grammar, path);
  if (canonical) return readCanonical(grammar, canonical, accept);
  const found = token ? { key: path, token } : readPathSize(grammar, path);
  return { key: found.key, variant: readVariant(grammar, found.token, query, accept) };
}

/** Takes the class of this viewer in place of the one in the path, and checks the variant against the config. */
function readCanonical(grammar: Grammar, request: VariantRequest, accept: string): VariantRequest {
  const variant = request.variant;
  const target = oneOf(VIEWER_CLASSES, variant.target) ? viewerClass(grammar, accept) : variant.target;
  // Each class has bytes, and so a digest, of its own.
  if (target !== variant.target) variant.digest = undefined;
  variant.target = target;
  if (allows(grammar, variant)) return request;
  if (variant.preset || isListed(grammar, grammar.sizes, variant)) return refuseOption(grammar);
  return refuse(403, 'SIZE_NOT_ALLOWED', 'No such variant here.' + allowedSizes(grammar, variant));
}

/** Finds size and key in a path: the size is the first segment, the last folder, or missing. */
function readPathSize(grammar: Grammar, path: string): { key: string; token: SizeToken } {
  const slash = path.indexOf('/');
  let key = path.slice(slash + 1);
  let token = slash > 0 && key && has(grammar.urls, 'first') && readToken(grammar, path.slice(0, slash));
  if (token) return { key, token };
  const end = path.lastIndexOf('/');
  const start = path.lastIndexOf('/', end - 1) + 1;
  key = path.slice(0, start) + path.slice(end + 1);
  token = end > 0 && key && has(grammar.urls, 'lastFolder') && readToken(undefined, path.slice(start, end));
  return token ? { key, token } : { key: path, token: { size: {} } };
}

/**
 * Refuses a path whose variant could not be stored.
 * @param reserved bytes that a second name adds
 */
function checkLength(path: string, reserved: number): void {
  const room = S3_KEY_BYTES - GENERATION_CHARACTERS - reserved;
  if (path.length <= room) return;
  // Counted by split: in njs, the time that replace takes grows with the square of the escapes.
  const excess = path.length - 2 * (path.split('%').length - 1) - room;
  if (excess > 0) refuse(400, 'KEY_TOO_LONG', 'The key is ' + excess + ' bytes too long.');
}
