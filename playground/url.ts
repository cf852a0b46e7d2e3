/** The path for some options, computed by the code that runs at CloudFront's edge. */
import type { Values } from '../edge/event-values';
import { encodeKey, parsePath } from '../edge/path';
import { type Grammar, URL_FORMS, type Variant } from '../edge/variant';
import { normalise } from '../edge/viewer-request/normalise';
import { type Refusal, isRefusal } from '../edge/viewer-request/refusal';
import { urlGrammar } from '../edge/viewer-request/snap';
import type { State } from './state';

export type UrlOptions = Pick<State, 'size' | 'fit' | 'gravity' | 'dpr' | 'quality' | 'format'>;

/** All options at their defaults. */
export const NO_OPTIONS: UrlOptions = { size: '', fit: '', gravity: '', dpr: '', quality: '', format: '' };

/** The result of some options. */
interface Requested {
  /** The canonical path, or the path with the options if they are refused. */
  path: string;
  /** Missing if they are refused. */
  variant?: Variant;
  refusal?: Refusal;
}

/** Parameters by the names of the options. */
const PARAMETERS: Record<keyof UrlOptions, string> = {
  size: 'size',
  fit: 'fit',
  gravity: 'g',
  dpr: 'dpr',
  quality: 'q',
  format: 'f',
};

/** The size that is shown first: a medium width if there is one. */
export const defaultSize = ({ sizes }: Grammar): string =>
  sizes.find((size) => size.endsWith('w') && parseInt(size, 10) >= 600) ?? sizes[0]!;

export function queryOf(grammar: Grammar, options: UrlOptions): Record<string, string> {
  const given = { ...options, size: options.size || defaultSize(grammar) };
  const names = Object.keys(PARAMETERS) as (keyof UrlOptions)[];
  return Object.fromEntries(names.filter((name) => given[name]).map((name) => [PARAMETERS[name], given[name]]));
}

/** @param accept of the class of viewers */
export function request(grammar: Grammar, key: string, options: UrlOptions, accept: string): Requested {
  const query = queryOf(grammar, options);
  const values: Values = Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, { value: encodeURIComponent(value) }]),
  );
  // Reads the size from the query, even if the config turns that form off.
  const readable = urlGrammar({ ...grammar, urls: [...URL_FORMS] });
  const plain = `${grammar.base}/${encodeKey(key)}`;
  const path = normalise(readable, plain, values, accept);
  if (isRefusal(path)) return { path: `${plain}?${new URLSearchParams(query)}`, refusal: path };
  return { path, variant: parsePath(grammar, path)!.variant };
}
