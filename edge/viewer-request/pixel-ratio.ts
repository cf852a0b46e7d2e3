/** The device-pixel ratio that a URL asks for. Its size is multiplied by it. */
import { isWhole } from '../size';
import type { Grammar } from '../variant';
import { badOption, badSize, notAllowed } from './refusal';
import type { UrlGrammar } from './snap';

const ratios = (grammar: Grammar): string => 'dpr is a whole number from 1 to ' + grammar.maxDpr + '.';

/**
 * The pixel ratio from the parameter `dpr` or from `@Nx`. With `snap`, a fraction is rounded up, and what is over the
 * largest ratio becomes that.
 */
export function readDpr(grammar: UrlGrammar, asked: string | undefined, suffix: string | undefined): number {
  if (asked && suffix) badOption('Give the pixel ratio once: as dpr or as @Nx.');
  const text = asked || suffix || '1';
  SNAP: if (grammar.snapTo && /^\d+\.\d+$(?!\n)/.test(text) && +text) {
    return Math.min(Math.ceil(+text), grammar.maxDpr);
  }
  // Two digits are a typing error.
  if (suffix && !isWhole(suffix, 9)) badSize('A pixel ratio is a whole number from @1x to @9x.');
  if (!isWhole(text, Infinity)) badOption(ratios(grammar));
  if (+text <= grammar.maxDpr) return +text;
  SNAP: if (grammar.snapTo) return grammar.maxDpr;
  return notAllowed(ratios(grammar));
}
