/** A size as a URL writes it, in its path or in its query. */
import type { Values } from '../event-values';
import { MAX_SIDE } from '../grammar-constants';
import { type Size, parseSide, parseSize, splitSize } from '../size';
import type { Grammar, NamedPreset, Preset } from '../variant';
import { readQuery } from './parameters';
import { allowedSizes, badSize } from './refusal';

/** A size, before the options of the query are read. */
export interface SizeToken {
  size: Size;
  /** The number in `@2x`, not checked. */
  dpr?: string | undefined;
  preset?: Preset | NamedPreset | undefined;
}

/** The size in a query; undefined if there is none. */
export function readQuerySize(grammar: Grammar, query: Values): SizeToken | undefined {
  const parameter = readQuery(query, ['size', 'd', 'w', 'h']);
  const token = parameter('size');
  const box = parameter('d');
  const width = parameter('w');
  const height = parameter('h');
  if ((token && box) || ((token || box) && (width || height))) badSize('Give one of size, d, or w and h.');
  if (token) return readToken(grammar, token) || badSize('No such size here.' + allowedSizes(grammar, {}));
  if (box) return readToken(undefined, box) || badSize('The parameter d is WxH, Ww or Hh.');
  return width || height ? { size: { width: readSide(width), height: readSide(height) } } : undefined;
}

/**
 * Reads `300x300`, `640w`, `480h`, each also with `@2x`; with a grammar also `full` and the name of a preset.
 * @returns undefined for any other text
 */
export function readToken(grammar: Grammar | undefined, text: string): SizeToken | undefined {
  const at = text.indexOf('@');
  const ratio = at > 0 && /^@([\d.]+)x$(?!\n)/.exec(text.slice(at));
  const name = ratio ? text.slice(0, at) : text;
  const sides = splitSize(name);
  const preset = grammar && !sides ? grammar.presets.find((each) => each.name === name) : undefined;
  if (!sides && !preset && !(grammar && name === 'full')) return undefined;
  return {
    size: sides ? { width: readSide(sides[0]), height: readSide(sides[1]) } : parseSize((preset && preset.size) || ''),
    dpr: ratio ? ratio[1] : undefined,
    preset,
  };
}

function readSide(digits: string | undefined): number | undefined {
  const side = parseSide(digits);
  if (digits && !side) badSize(`A width or height is a whole number from 1 to ${MAX_SIDE}, without leading zeros.`);
  return side;
}
