import { parsePath, printPath } from '../../edge/path';
import {
  type Grammar,
  INFO,
  INFO_TARGET,
  URL_FORMS,
  VIEWER_CLASSES,
  type Variant,
  type ViewerClass,
  oneOf,
  printVariant,
} from '../../edge/variant';
import { normalise } from '../../edge/viewer-request/normalise';
import { urlGrammar } from '../../edge/viewer-request/snap';
import { type Refusal, isRefusal } from '../../edge/viewer-request/refusal';
import { acceptOf } from '../../edge/viewer-request/viewer-class';
import { UsageError } from '../usage';

/** A request: a canonical path, and the `Accept` that leads to it. */
export interface WarmRequest {
  path: string;
  accept: string;
}

/** The classes of viewers, each with its `Accept`. */
export const CLASSES = Object.fromEntries(
  VIEWER_CLASSES.map((viewerClass) => [viewerClass, acceptOf(viewerClass)]),
) as Record<ViewerClass, string>;

/** @throws UsageError for an unknown class */
export const classesOf = (list: string): ViewerClass[] =>
  [...new Set(list.split(','))].map((name) => {
    const known = oneOf(VIEWER_CLASSES, name.trim());
    if (known) return known;
    throw new UsageError(`'${name}' is not a class of viewers. Classes: ${VIEWER_CLASSES.join(', ')}.`);
  });

/** A stand-in for any key, for parsing. */
const ANY_KEY = 'k';

/** The variant of a size. @throws UsageError for a size that is not listed */
function variantOf(grammar: Grammar, token: string): Variant {
  if (token === INFO) return { preset: INFO, fit: 'inside', target: INFO_TARGET };
  // Reads the size as in a query, even if the config turns that form off.
  const readable: Grammar = { ...grammar, urls: [...URL_FORMS] };
  const path = normalise(
    urlGrammar(readable),
    `${grammar.base}/${ANY_KEY}`,
    { size: { value: encodeURIComponent(token) } },
    '',
  );
  if (isRefusal(path)) throw new UsageError(`The size ${token} is refused: ${path.message}`);
  return parsePath(grammar, path)!.variant;
}

/**
 * Reads a list of sizes as URLs name them (`320w,300x300@2x,thumb`) with `info` for the facts, or `all`: these, and
 * every size and preset at one pixel to one.
 * @throws UsageError for a size that is not listed
 */
export function sizesOf(grammar: Grammar, list: string): Variant[] {
  const all = [...grammar.sizes, ...grammar.presets.map(({ name }) => name), INFO];
  const tokens = list.split(',').flatMap((token) => (token.trim() === 'all' ? all : [token.trim()]));
  if (tokens.includes('')) throw new UsageError('An entry of --sizes is empty.');
  const variants = tokens.map((token) => variantOf(grammar, token));
  return [...new Map(variants.map((variant) => [printVariant(variant), variant])).values()];
}

/**
 * The requests for these variants of an original, without duplicates. An `auto` variant is requested for each class of
 * viewers, any other one once.
 * @returns the refusal for a key that no URL can name
 */
export function requestsFor(
  grammar: Grammar,
  key: string,
  variants: Variant[],
  classes: ViewerClass[],
): WarmRequest[] | Refusal {
  const requests = new Map<string, WarmRequest>();
  for (const variant of variants) {
    for (const target of classes) {
      const accept = CLASSES[target];
      const exact = variant.target.startsWith('auto') ? { ...variant, target } : variant;
      // The distribution's own code knows classes that the config leaves out, and keys that no URL can name.
      const path = normalise(urlGrammar(grammar), printPath(grammar, { key, variant: exact }), {}, accept);
      if (isRefusal(path)) return path;
      requests.set(path, { path, accept });
    }
  }
  return [...requests.values()];
}
