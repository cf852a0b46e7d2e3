import { pairsOf, valuesOf } from './event-values';
import { parsePath } from './path';
import type { Grammar, VariantRequest } from './variant';
import { normalise } from './viewer-request/normalise';
import { isRefusal } from './viewer-request/refusal';
import { urlGrammar } from './viewer-request/snap';

/**
 * The variant that a URL asks for, by its first name where the URL has the second; undefined where it is refused.
 * @param search the query string, without its question mark
 * @param accept of the viewer; without it, as of one who sends none
 */
export function readUrl(grammar: Grammar, path: string, search: string, accept = ''): VariantRequest | undefined {
  const canonical = normalise(urlGrammar(grammar), path, valuesOf(pairsOf(search, '&')), accept);
  const requested = isRefusal(canonical) ? undefined : parsePath(grammar, canonical);
  return requested && { key: requested.key, variant: { ...requested.variant, digest: undefined } };
}
