/** Snippets to copy into a site, for the current picture. */
import {
  type ImageAttributes,
  type Images,
  type ImagesConfig,
  type UrlOptions as ClientOptions,
  createImages,
} from '../client/index';
import { printAttributes } from '../client/html';
import { pairsOf, valuesOf } from '../edge/event-values';
import { encodeKey } from '../edge/path';
import type { Fit, Format, Grammar, Gravity } from '../edge/variant';
import { isBox, isFull, parseSize } from '../edge/size';
import { normalise } from '../edge/viewer-request/normalise';
import { urlGrammar } from '../edge/viewer-request/snap';
import { folderOf } from './members';
import type { Resizer } from './protocol';
import { type UrlOptions, queryOf, request, defaultSize } from './url';

export interface Snippet {
  title: string;
  text: string;
  /** Why there is no text. */
  reason?: string;
}

type PresetConfig = NonNullable<ImagesConfig['presets']>[string];

/** The part of the config that the client reads, as far as the grammar contains it. */
function configOf({ presets, ...grammar }: Grammar): ImagesConfig {
  const presetOf = (preset: Grammar['presets'][number]): PresetConfig => {
    // The client only has to know that there are operations.
    if (preset.hash !== undefined) return { ...(preset.format && { format: preset.format }), background: '' } as object;
    return { ...parseSize(preset.size), fit: preset.fit, gravity: preset.gravity };
  };
  return { ...grammar, presets: Object.fromEntries(presets.map((preset) => [preset.name, presetOf(preset)])) };
}

function clientOptions(grammar: Grammar, options: UrlOptions): ClientOptions {
  const size = options.size || defaultSize(grammar);
  const isPreset = grammar.presets.some(({ name }) => name === size);
  return {
    ...(isPreset ? { preset: size } : { size }),
    ...(options.fit && { fit: options.fit as Fit }),
    ...(options.gravity && { gravity: options.gravity as Gravity }),
    ...(options.quality && { quality: Number(options.quality) }),
    ...(options.format && { format: options.format as 'auto' | Format }),
  };
}

/** The same picture in each form of URL. A form that does not lead to it has a reason. */
export function urlForms(resizer: Resizer, key: string, options: UrlOptions, accept: string): Snippet[] {
  const { url, grammar } = resizer;
  const { path: canonical, variant } = request(grammar, key, options, accept);
  if (!variant) return [];
  const { size = '', ...others } = queryOf(grammar, options);
  const search = new URLSearchParams(others).toString();
  const withQuery = (path: string, query: string) => `${grammar.base}/${path}${query && `?${query}`}`;
  const encoded = encodeKey(key);
  const folder = encoded.replace(/[^/]*$/, '');
  const forms: [title: string, path: string][] = [
    ['Size first', withQuery(`${size}/${encoded}`, search)],
    ['Size as the last folder', withQuery(`${folder}${size}/${encoded.slice(folder.length)}`, search)],
    ['Query', withQuery(encoded, new URLSearchParams({ size, ...others }).toString())],
    ['Canonical path', canonical],
  ];
  const distinct = forms.filter(([, path], index) => forms.findIndex((other) => other[1] === path) === index);
  return distinct.map(([title, path]) => {
    const [uri = '', query = ''] = path.split('?');
    const isSame = normalise(urlGrammar(grammar), uri, valuesOf(pairsOf(query, '&')), accept) === canonical;
    const reason = isSame ? whyNotForMembers(resizer, key, uri) : ELSEWHERE;
    return { title, text: url + path, ...(reason !== undefined && { reason }) };
  });
}

const ELSEWHERE = 'This form leads elsewhere, because of the config or the name of the key.';

/** CloudFront chooses the behaviour by the beginning of the path. */
function whyNotForMembers(resizer: Resizer, key: string, path: string): string | undefined {
  const folder = folderOf(resizer, key);
  if (folder === undefined || path.startsWith(`${resizer.grammar.base}/${folder}`)) return undefined;
  return `This picture is for members: its URL has to begin with ${resizer.grammar.base}/${folder}.`;
}

/** A tag with a line for each attribute: a quotation mark within a value is escaped. */
const tag = (name: string, attributes: object): string =>
  `<${name} ${printAttributes(attributes).replaceAll('" ', '"\n  ')}>`;

/** Attributes for a size. A width is used as the width on the page, so that all listed widths are candidates. */
function attributesOf(images: Images, grammar: Grammar, key: string, options: ClientOptions): ImageAttributes {
  return images.attributes(key, responsive(grammar, options));
}

function responsive(grammar: Grammar, { size, ...options }: ClientOptions) {
  const sides = parseSize(size ?? '');
  if (size === undefined || isBox(sides) || sides.height) return { ...options, ...(size !== undefined && { size }) };
  return isFull(sides) && grammar.sizes.some((each) => each.endsWith('w'))
    ? { ...options, layout: 'full-width' as const }
    : { ...options, width: sides.width };
}

function css(images: Images, key: string, options: ClientOptions): string {
  const sized = options.size === 'full' ? {} : options;
  const candidates = images
    .srcset(key, { ...sized })
    .split(', ')
    .map((candidate) => candidate.split(' '));
  const ratios = candidates.filter(([, descriptor]) => descriptor?.endsWith('x'));
  const lines = ratios.map(([candidate, descriptor]) => `    url("${candidate}") ${descriptor}`);
  if (lines.length === 0) return `background-image: url("${images.url(key, options)}");`;
  return `background-image: image-set(\n${lines.join(',\n')}\n);`;
}

/** HTML and CSS for the picture. */
export function markup({ url, grammar }: Resizer, key: string, options: UrlOptions): Snippet[] {
  const images = createImages(configOf(grammar), { host: url });
  const asked = clientOptions(grammar, options);
  const makers: [title: string, make: () => string][] = [
    ['<img> with srcset', () => tag('img', { ...attributesOf(images, grammar, key, asked), alt: '' })],
    [
      '<picture>',
      () => {
        const { sources, img } = images.picture(key, { ...responsive(grammar, { ...asked, format: 'auto' }) });
        const lines = [...sources.map((source) => tag('source', source)), tag('img', { ...img, alt: '' })];
        return `<picture>\n${lines.join('\n').replace(/^/gm, '  ')}\n</picture>`;
      },
    ],
    ['CSS', () => css(images, key, asked)],
  ];
  return makers.map(([title, make]) => {
    try {
      return { title, text: make() };
    } catch (error) {
      return { title, text: '', reason: (error as Error).message };
    }
  });
}

/** Files for frameworks, which use the config that the site shares with the distribution. */
export function loaders({ url }: Resizer): Snippet[] {
  const file = (module: string, factory: string, statement: string) =>
    [
      `import { ${factory} } from 'cloudfront-image-resizer/client/${module}';`,
      "import config from './resizer.config';",
      '',
      `${statement} ${factory}(config, { host: '${url}' });`,
    ].join('\n');
  return [
    {
      title: 'Next.js: images.loaderFile',
      text: `'use client';\n${file('next', 'createLoader', 'export default')}`,
    },
    { title: 'Nuxt Image: a provider', text: file('nuxt', 'createProvider', 'export default') },
    { title: 'Astro: image.service.entrypoint', text: file('astro', 'createService', 'export default') },
    { title: 'unpic: a transformer', text: file('unpic', 'createTransformer', 'export const transformer =') },
  ];
}
