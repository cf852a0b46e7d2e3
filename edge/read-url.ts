import { pairsOf, valuesOf } from './event-values';
import { type Grammar, type VariantRequest, parsePath } from './variant';
import { normalise } from './viewer-request/normalise';
import { isRefusal } from './viewer-request/refusal';

/**
 * The variant that a URL asks for, by its first name where the URL has the second, as of a viewer without `Accept`; undefined where it is refused.
 * @param search the query string, without its question mark
 */
export function readUrl(grammar: Grammar, path: string, search: string): VariantRequest | undefined {
  const canonical = normalise(grammar, path, valuesOf(pairsOf(search, '&')), '');
  const wanted = isRefusal(canonical) ? undefined : parsePath(grammar, canonical);
  return wanted && { key: wanted.key, variant: { ...wanted.variant, digest: undefined } };
}
