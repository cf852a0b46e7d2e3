import { pairsOf, valuesOf } from './event-values';
import { type Grammar, type VariantRequest, parsePath } from './variant';
import { normalise } from './viewer-request/normalise';
import { isRefusal } from './viewer-request/refusal';

/**
 * The variant that a URL asks for, as of a viewer without `Accept`; undefined where it is refused.
 * @param search the query string, without its question mark
 */
export function readUrl(grammar: Grammar, path: string, search: string): VariantRequest | undefined {
  const canonical = normalise(grammar, path, valuesOf(pairsOf(search, '&')), '');
  return isRefusal(canonical) ? undefined : parsePath(grammar, canonical);
}
