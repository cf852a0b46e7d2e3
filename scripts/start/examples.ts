import { readUrl } from '../../edge/read-url';
import { encodeKey } from '../../edge/path';
import type { Grammar } from '../../edge/variant';

/** One of each URL form of the default config. */
const MAX_EXAMPLES = 7;

/** A few URLs of uploaded originals, in forms and sizes of the config. */
export function examples(url: string, grammar: Grammar, keys: string[]): string[] {
  const photos = keys.filter((key) => /^[\w./-]+\.(jpe?g|png|webp|avif)$/i.test(key));
  const first = photos.find((key) => key.startsWith('harbour')) ?? photos[0] ?? keys[0];
  if (first === undefined)
    return [`  Put an image into the folder, and ask for it: ${url}${grammar.base}/${grammar.sizes[0]}/NAME`];
  const inFolder = photos.find((key) => key.includes('/'));
  const animated = keys.find((key) => key.endsWith('.gif'));
  const forms: [path: string, key: string | undefined][] = [
    [`/300x300/${encodeKey(first)}`, first],
    [`/${encodeKey(first)}?w=640`, first],
    [`/thumb/${encodeKey(first)}`, first],
    [`/320w@2x/${encodeKey(first)}`, first],
    [`/${inFolder?.replace(/([^/]+)$/, '360x270/$1')}`, inFolder],
    [`/640w/${encodeKey(animated ?? '')}`, animated],
    [`/${encodeKey(first)}`, first],
    [`/${encodeKey(first)}?size=${grammar.sizes[0]}`, first],
    [`/${grammar.sizes[0]}/${encodeKey(first)}`, first],
  ];
  const paths = forms
    .map(([path, key]): [path: string, key: string | undefined] => [grammar.base + path, key])
    .filter(([path, key]) => key !== undefined && leadsTo(grammar, path, key))
    .map(([path]) => path);
  return [...new Set(paths)].slice(0, MAX_EXAMPLES).map((path) => `  ${url}${path}`);
}

/** Whether the config reads a path as this original, and not as something else. */
function leadsTo(grammar: Grammar, path: string, key: string): boolean {
  const [uri = '', search = ''] = path.split('?');
  return readUrl(grammar, uri, search)?.key === key;
}
