/**
 * Requests with a signature. A valid one allows more than the lists of the config. It is an HMAC of the canonical path
 * for a viewer without `Accept`, so it is valid for every spelling of a URL, and for nothing else.
 */
import type { Values } from '../event-values';
import { SIGNATURE_CHARACTERS } from '../signature';
import { FITS, GRAVITIES } from '../variant';
import { normalise } from './normalise';
import { readQuery } from './parameters';
import { type Refusal, isRefusal } from './refusal';
import type { UrlGrammar } from './snap';

/** One or two keys with a space between them: the current one and the next. Throws if there are none. */
export type ReadKeys = () => Promise<string>;

/** HMAC-SHA256 in base64url. */
export type Hmac = (key: string, text: string) => string;

/**
 * As `normalise`, with signatures. If a signature would help, a refusal says what is wrong with the one in the query.
 */
export async function normaliseSigned(
  grammar: UrlGrammar,
  uri: string,
  query: Values,
  accept: string,
  readKeys: ReadKeys,
  hmac: Hmac,
): Promise<string | Refusal> {
  const byList = () => normalise(grammar, uri, query, accept);
  let listed;
  let fault = 'No';
  try {
    const parameter = readQuery(query, ['s', 'until']);
    const signature = parameter('s');
    const until = parameter('until');
    // Most requests need no signature, and no signature helps against a 400.
    if (!signature) {
      listed = byList();
      if ((listed as Refusal).status !== 403) return listed;
    }
    const wide = widened(grammar);
    const path = normalise(wide, uri, query, '');
    if (isRefusal(path)) {
      // No signature would help. Without one the lists may still allow the request, since they may snap.
      if (!listed) listed = byList();
      return isRefusal(listed) ? path : listed;
    }
    if (signature) {
      fault = 'Wrong';
      const text = until ? path + '?until=' + until : path;
      const keys = await readKeys();
      // Compares HMACs of both: nobody can choose those, so the time that it takes reveals nothing about the signature.
      const isGenuine = (key: string) =>
        key &&
        signature.length >= SIGNATURE_CHARACTERS &&
        hmac(key, signature) === hmac(key, hmac(key, text).slice(0, signature.length));
      if (keys.split(' ').some(isGenuine)) {
        if (!until || +until * 1000 > Date.now()) return normalise(wide, uri, query, accept);
        fault = 'Expired';
      }
    }
  } catch (thrown) {
    // Else there are no keys yet.
    if (isRefusal(thrown)) return thrown;
  }
  if (!listed) listed = byList();
  if (isRefusal(listed)) {
    listed.code = fault.toUpperCase() + '_SIGNATURE';
    listed.message = fault + ' signature. ' + listed.message;
  }
  return listed;
}

/** The grammar with all that a signature allows. The first of each list is still the default. */
function widened(grammar: UrlGrammar): UrlGrammar {
  const wide = Object.assign({}, grammar, {
    fits: grammar.fits.concat(FITS),
    gravities: grammar.gravities.concat(GRAVITIES),
    isSigned: true,
  });
  SNAP: wide.snapTo = undefined;
  return wide;
}
