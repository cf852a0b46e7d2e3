import { pairsOf, valuesOf } from './event-values';
import { type Grammar, type Wanted, isRefusal, normalise, parsePath } from './grammar';

/**
 * The variant that a URL asks for, as of a viewer without `Accept`; undefined where it is refused.
 * @param search the query string, without its question mark
 */
export function wantedOf(grammar: Grammar, path: string, search: string): Wanted | undefined {
  const canonical = normalise(grammar, path, valuesOf(pairsOf(search, '&')), '');
  return isRefusal(canonical) ? undefined : parsePath(grammar, canonical);
}
