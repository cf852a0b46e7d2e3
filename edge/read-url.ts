import { pairsOf, valuesOf } from './event-values';
import { parsePath } from './path';
import type { Grammar, VariantRequest } from './variant';
import { normalise } from './viewer-request/normalise';
import { isRefusal } from './viewer-request/refusal';
import { urlGrammar } from './viewer-request/snap';

/**
 * The variant that a URL asks for, without a digest; undefined if the URL is refused.
 * @param search the query string, without its question mark
 * @param accept the viewer's `Accept`
 */
export function readUrl(grammar: Grammar, path: string, search: string, accept = ''): VariantRequest | undefined {
  const canonical = normalise(urlGrammar(grammar), path, valuesOf(pairsOf(search, '&')), accept);
  const requested = isRefusal(canonical) ? undefined : parsePath(grammar, canonical);
  return requested && { key: requested.key, variant: { ...requested.variant, digest: undefined } };
}
