import fc from 'fast-check';
import { type ResizerConfig, grammarOf, parseConfig } from '../../edge/config/schema';
import { allows } from '../../edge/allow-list';
import { decodePath, encodeKey, parsePath } from '../../edge/path';
import { FITS, GRAVITIES, type Grammar, URL_FORMS, hasGravity, parseVariant, printVariant } from '../../edge/variant';
import { MAX_SIDE } from '../../edge/grammar-constants';
import { type Size, parseSize, printSize } from '../../edge/size';
import { normalise } from '../../edge/viewer-request/normalise';
import { urlGrammar } from '../../edge/viewer-request/snap';
import { isRefusal } from '../../edge/viewer-request/refusal';
import { variantNames } from '../../edge/config/variants';
import { MODERN, type Outcome, type Request, toEvent, viewerRequest } from './viewer-request/viewer';

const defaults = parseConfig({});
const grammar = grammarOf(defaults);

/** A preset of each fit with each of its gravities, `contain-north` and the like. */
const EVERY_PRESET: ResizerConfig['presets'] = Object.fromEntries(
  FITS.flatMap((fit) =>
    (hasGravity(fit) ? GRAVITIES : [undefined]).map((gravity) => [
      gravity ? `${fit}-${gravity}` : fit,
      { width: 300, height: 300, fit, gravity },
    ]),
  ),
);

/** Presets of one side and of none, and some with operations. */
const OTHER_PRESETS: ResizerConfig['presets'] = {
  thumb: { width: 64, blur: 2 },
  p0: { height: 48, format: 'jpeg' },
  p1: { greyscale: true },
  fill: { width: 7000, flip: true },
  'contain-north': {},
};

const CONFIGS: ResizerConfig[] = [
  {},
  { presets: OTHER_PRESETS },
  { snap: true },
  { presets: EVERY_PRESET, qualities: [40, 60, 90], maxVariants: 20_000 },
  { base: '/img' },
  { presets: EVERY_PRESET, fits: ['contain', 'fill'], gravities: ['entropy'], formats: ['webp'], urls: ['query'] },
];

/** Fragments that mean something to the grammar, so that chance finds the interesting URLs. */
const segment = fc.oneof(
  fc.constantFrom(
    'img',
    '%69mg',
    '300x300',
    '301x300',
    '0300x300',
    '640w',
    '480h',
    '320w@2x',
    '320w@9x',
    'thumb',
    'contain-north',
    'cover-east@2x',
    'fill',
    'p1',
    'p0@2x',
    'fill@3x',
    'thumb@2x',
    'thumb-0a1b2c.auto',
    'full',
    'full@2x',
    '320w@1.5x',
    '320w@10x',
    '',
    '.',
    '..',
    '%2e',
    '%2F',
    '300x300-cover-focus.auto',
    '640x.auto.avif',
    'full-inside.jpeg',
    'info.json',
    'info.json~0123abcd',
    'info@2x.json',
    '640x.json',
    '1920x.png',
    '1920x.png~0123abcd',
    '640x.auto~0123abcd',
    '640x.auto.avif~0123ABCD',
    '300x300-contain-north.webp',
    '%C2%85',
    'x.auto',
    'a.jpg',
    '%zz',
    '%ff',
    '%00',
    'a.jpg%0A',
    '+',
    '%25',
    '%E5%86%99',
    '😀',
    "'",
    '*',
    '[1]',
    'constructor',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => !/[?#]/.test(text)),
);
const parameter = fc.tuple(
  fc.constantFrom(
    'w',
    'h',
    'd',
    'size',
    'width',
    'height',
    'fit',
    'g',
    'gravity',
    'q',
    'f',
    'fm',
    'format',
    'dpr',
    'v',
    '__proto__',
    'W',
    'Size',
    'FORMAT',
  ),
  fc.oneof(
    fc.constantFrom(
      '640',
      '300',
      '300x300',
      'thumb',
      'contain-north',
      'p0',
      'full',
      'cover',
      'contain',
      'inside',
      'focus',
      'centre',
      'attention',
      'north',
      'webp',
      'json',
      'auto',
      'jpg',
      '2',
      '9',
      '',
      '0',
      '%zz',
      '640%0A',
      '75',
    ),
    fc.string({ maxLength: 6 }).filter((text) => !/[&?#]/.test(text)),
  ),
);
const accept = fc.constantFrom(MODERN, 'image/webp', '*/*', '', 'image/avif', 'image/avif;q=0,image/webp');
const request = fc
  .record({ segments: fc.array(segment, { maxLength: 5 }), query: fc.array(parameter, { maxLength: 3 }), accept })
  .map((parts) => ({
    url: `/${parts.segments.join('/')}${parts.query.length ? `?${parts.query.map((pair) => pair.join('=')).join('&')}` : ''}`,
    accept: parts.accept,
  }));

/** A key that a path can carry: UTF-8 without control characters, dot segments or a leading slash. */
const key = fc
  .string({
    unit: fc.oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), fc.constantFrom('/', '+', '%', ' ')),
    minLength: 1,
    maxLength: 40,
  })
  .filter((text) => text.isWellFormed())
  .filter(
    (text) =>
      !/[\x00-\x1f\x7f-\x9f]/.test(text) &&
      !text.startsWith('/') &&
      !text.split('/').some((each) => /^\.\.?$/.test(each)),
  );

/** How many times the usual runs, and the seed that they follow from. */
interface Effort {
  times: number;
  seed: number;
}

/** Requests for one process that runs the function: it is starting one that takes time. */
const batch = fc.array(request, { minLength: 500, maxLength: 500 });

type Batch = { url: string; accept: string }[];

const batches = ({ times, seed }: Effort, run: (requests: Batch) => void) =>
  fc.assert(fc.property(batch, run), { numRuns: times, seed });

/** Batches for each of the configs. */
const underEachConfig = (effort: Effort, check: (config: ResizerConfig) => (requests: Batch) => void) =>
  CONFIGS.forEach((config) => {
    const run = check(config);
    batches(effort, (requests) => run(requests.map(mostlyBelow(config.base))));
  });

/** Puts three of four requests below a base. */
const mostlyBelow =
  (base = '') =>
  <T extends { url: string }>(each: T, index: number): T =>
    index % 4 === 0 ? each : { ...each, url: base + each.url };

/** Any grammar that a config can make, presets of every fit and gravity among them. */
const anyGrammar: fc.Arbitrary<Grammar> = fc
  .record({
    sizes: fc.subarray(['100x100', '300x300', '640w', '480h', 'full'], { minLength: 1 }),
    presets: fc
      .array(
        fc.record({
          width: fc.constantFrom(100, 300),
          height: fc.constantFrom(100, 300),
          fit: fc.constantFrom(...FITS),
          gravity: fc.constantFrom(undefined, ...GRAVITIES),
        }),
        { maxLength: 3 },
      )
      .map((presets) => Object.fromEntries(presets.map((preset, index) => [`p${index}`, preset])))
      .chain((presets) => fc.constantFrom(presets, { ...presets, ...parseConfig({ presets: OTHER_PRESETS }).presets })),
    urls: fc.subarray([...URL_FORMS], { minLength: 1 }),
    maxDpr: fc.integer({ min: 1, max: 4 }),
    fits: fc.shuffledSubarray([...FITS], { minLength: 1 }),
    gravities: fc.shuffledSubarray([...GRAVITIES], { minLength: 1 }),
    formats: fc.subarray(['avif', 'webp'] as ('avif' | 'webp')[]),
    qualities: fc.subarray([40, 76, 90]),
    snap: fc.boolean(),
    base: fc.constantFrom(undefined, '/img', '/img/300x300'),
  })
  .map((settings) => grammarOf({ ...defaults, ...settings }));

/** What holds for any request, by the sentence that says so. */
export const properties: Record<string, (effort: Effort) => void> = {
  'the function never throws, and answers with a request or a 4xx'(effort) {
    underEachConfig(effort, (config) => {
      const run = viewerRequest(config);
      return (requests) => {
        const isAnswer = ({ path, status }: Outcome) => path !== undefined || [400, 403, 404].includes(status!);
        expect(run(requests).filter((outcome) => !isAnswer(outcome))).toEqual([]);
      };
    });
  },

  'Node reads a request as the function does'(effort) {
    underEachConfig(effort, (config) => {
      const run = viewerRequest(config);
      const all = grammarOf(parseConfig(config));
      return (requests) => {
        const read = requests.map((each) => {
          const { uri, querystring, headers } = toEvent(each).request;
          const outcome = normalise(urlGrammar(all), uri, querystring, headers['accept']!.value);
          return isRefusal(outcome) ? outcome.code : outcome;
        });
        expect(read).toEqual(run(requests).map(({ path, code }) => path ?? code));
      };
    });
  },

  'with snap, a size gets the nearest of its shape that is no smaller, or the nearest, by the loss of the crop first'({
    times,
    seed,
  }) {
    const side = fc.oneof(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: MAX_SIDE }));
    const size = fc
      .record({ width: fc.option(side, { nil: undefined }), height: fc.option(side, { nil: undefined }) })
      .filter(({ width, height }) => width !== undefined || height !== undefined);
    const lists = fc.array(size, { maxLength: 12 }).map((sizes) => [...new Set([...sizes.map(printSize), 'full'])]);
    const best = (sizes: string[], { width = 0, height = 0 }: Size): Size => {
      const ranked = sizes
        .map(parseSize)
        .filter((one) => !one.width === !width && !one.height === !height)
        .map((one) => {
          const [w, h] = [one.width ?? 0, one.height ?? 0];
          const kept = width && height ? Math.min((w * height) / (h * width), (h * width) / (w * height)) : 1;
          return { one, loss: Math.floor(100 * (1 - kept) + 1e-9), isSmaller: w < width || h < height, w, h };
        })
        .sort(
          (a, b) =>
            a.loss - b.loss ||
            Number(a.isSmaller) - Number(b.isSmaller) ||
            Math.abs(a.w - width) + Math.abs(a.h - height) - Math.abs(b.w - width) - Math.abs(b.h - height),
        );
      return ranked[0]?.one ?? {};
    };
    fc.assert(
      fc.property(lists, fc.array(size, { minLength: 200, maxLength: 200 }), (sizes, asked) => {
        const outcomes = viewerRequest({ sizes, presets: {}, snap: true, maxDpr: 1, fits: ['fill'] })(
          asked.map((each) => `/${printSize(each)}/a.jpg`),
        );
        expect(outcomes.map(({ path }) => path)).toEqual(
          asked.map((each) => `/a.jpg/${printVariant({ ...best(sizes, each), fit: 'fill', target: 'auto' })}`),
        );
      }),
      { numRuns: 2 * times, seed },
    );
  },

  'with snap, no size and no ratio is refused that can be read'({ times, seed }) {
    const ratio = fc.oneof(
      fc.integer({ min: 1, max: 1_000 }).map(String),
      fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 99 })).map(([whole, part]) => `${whole}.${part}`),
    );
    const side = fc.integer({ min: 1, max: MAX_SIDE });
    const url = fc.oneof(
      fc.tuple(side, side, ratio).map(([width, height, dpr]) => `/${width}x${height}/a.jpg?dpr=${dpr}`),
      fc.tuple(side, ratio).map(([width, dpr]) => `/a.jpg?w=${width}&dpr=${dpr}`),
      fc.tuple(side, ratio).map(([height, dpr]) => `/d/${height}h/a.jpg?dpr=${dpr}`),
      ratio.map((dpr) => `/a.jpg?dpr=${dpr}`),
    );
    const lists = fc
      .subarray(['100x100', '9000x3', '640w', '16384w', '7000h', '480h'])
      .map((sizes) => [...sizes, 'full']);
    fc.assert(
      fc.property(lists, fc.array(url, { minLength: 300, maxLength: 300 }), (sizes, urls) => {
        const refused = viewerRequest({ sizes, snap: true })(urls).filter(({ path }) => path === undefined);
        expect(refused).toEqual([]);
      }),
      { numRuns: 2 * times, seed },
    );
  },

  'normalising is idempotent for an Accept'(effort) {
    underEachConfig(effort, (config) => {
      const run = viewerRequest(config);
      return (requests) => {
        const once = run(requests).flatMap(({ path }, index) =>
          path ? [{ url: path, accept: requests[index]!.accept }] : [],
        );
        expect(run(once).map(({ path }) => path)).toEqual(once.map(({ url }) => url));
      };
    });
  },

  'only what the config allows comes out, under a key of the path'(effort) {
    underEachConfig(effort, (config) => {
      const all = grammarOf(parseConfig(config));
      const names = new Set(variantNames(all));
      const run = viewerRequest(config);
      return (requests) => {
        const isAllowed = (path: string, { url }: Batch[number]): boolean => {
          const wanted = parsePath(all, path)!;
          return (
            /^\/(?!\/)[A-Za-z0-9\-_.~%/]+$/.test(path) &&
            !path.split('/').includes('..') &&
            names.has(printVariant({ ...wanted.variant, digest: undefined })) &&
            decodeURIComponent(url.split('?')[0]!).includes(wanted.key.split('/').at(-1)!)
          );
        };
        const odd = run(requests).filter(({ path }, index) => path && !isAllowed(path, requests[index]!));
        expect(odd).toEqual([]);
      };
    });
  },

  'under any config, what comes out is allowed, and reads as itself'({ times, seed }) {
    fc.assert(
      fc.property(anyGrammar, fc.array(request, { minLength: 20, maxLength: 20 }), (any, requests) => {
        const isFaulty = (each: Batch[number]): boolean => {
          const { uri, querystring } = toEvent(each).request;
          const path = normalise(urlGrammar(any), uri, querystring, each.accept);
          if (isRefusal(path)) return false;
          return (
            !allows(any, parsePath(any, path)!.variant) || normalise(urlGrammar(any), path, {}, each.accept) !== path
          );
        };
        expect(requests.map(mostlyBelow(any.base)).filter(isFaulty)).toEqual([]);
      }),
      { numRuns: 25 * times, seed },
    );
  },

  'a base stands before what would be without it, and outside of it is nothing'({ times, seed }) {
    fc.assert(
      fc.property(anyGrammar, fc.array(request, { minLength: 20, maxLength: 20 }), (any, requests) => {
        const without = { ...any, base: '' };
        // One expectation for all: thousands of them take seconds.
        const outcomes = requests.map((each) => {
          const { uri, querystring } = toEvent(each).request;
          const read = (grammarOfOne: Grammar, path: string) =>
            normalise(urlGrammar(grammarOfOne), path, querystring, each.accept);
          const outcome = read(without, uri);
          const below = read(any, any.base + uri);
          const isOutside = any.base && !(decodePath(uri) ?? `${any.base}/`).startsWith(`${any.base}/`);
          const outside = isOutside ? read(any, uri) : undefined;
          return {
            found: [
              below,
              isRefusal(below) || parsePath(any, below),
              outside && (isRefusal(outside) ? `${outside.status} ${outside.code}` : outside),
            ],
            expected: [
              isRefusal(outcome) ? outcome : any.base + outcome,
              isRefusal(outcome) || parsePath(without, outcome),
              outside && '404 OUTSIDE_BASE',
            ],
          };
        });
        expect(outcomes.map(({ found }) => found)).toEqual(outcomes.map(({ expected }) => expected));
      }),
      { numRuns: 25 * times, seed },
    );
  },

  'a size in the query makes a key of any path'({ times, seed }) {
    const spelled = fc.tuple(
      key,
      fc.constantFrom('', '/1920x.png', '/300x300-cover-focus.auto', '/full-inside.gif', '/info.json'),
    );
    fc.assert(
      fc.property(spelled, ([folder, name]) => {
        const path = normalise(
          urlGrammar(grammar),
          `/${encodeKey(folder + name)}`,
          { w: { value: '320' } },
          '',
        ) as string;
        expect(parsePath(grammar, path)!.key).toBe(folder + name);
      }),
      { numRuns: 250 * times, seed },
    );
  },

  'two spellings of a request give the same path'(effort) {
    const run = viewerRequest();
    const spellings: ((encoded: string) => Request)[] = [
      (encoded) => `/300x300/${encoded}`,
      (encoded) => `/${encoded}?d=300x300`,
      (encoded) => `/${encoded}?h=300&w=300&fit=cover`,
      (encoded) => `/${encoded}?H=300&Width=300&FIT=cover`,
      (encoded) => `/${encoded}?size=300X300&gravity=FOCUS&format=auto`,
      (encoded) => `/${encoded}?dpr=3&width=100&height=100`,
      (encoded) => `/100x100@3x/${encoded}?utm_source=x`,
      (encoded) => `/300x300/${encoded.replace(/%../g, (escape) => escape.toLowerCase())}`,
    ];
    const keys = fc.array(
      key.filter(
        (text) =>
          !parseVariant(
            text
              .split('/')
              .at(-1)!
              .replace(/~[\da-f]{8}$/, ''),
          ),
      ),
      { minLength: 60, maxLength: 60 },
    );
    fc.assert(
      fc.property(keys, (texts) => {
        const requests = texts.flatMap((text) => spellings.map((spell) => spell(encodeKey(text))));
        const expected = texts.flatMap((text) => spellings.map(() => `/${encodeKey(text)}/300x300-cover-focus.auto`));
        expect(run(requests).map(({ path }) => path)).toEqual(expected);
      }),
      { numRuns: effort.times, seed: effort.seed },
    );
  },

  'names of parameters mean the same in any case'(effort) {
    const run = viewerRequest();
    const swapped = ({ url, accept: each }: { url: string; accept: string }) => ({
      url: url.replaceAll(/([?&])([^=&]*)/g, (_, mark: string, name: string) => mark + name.toUpperCase()),
      accept: each,
    });
    const told = (requests: { url: string; accept: string }[]) => run(requests).map(({ path, code }) => path ?? code);
    batches(effort, (requests) => expect(told(requests.map(swapped))).toEqual(told(requests)));
  },

  'any Unicode key survives the way to the key in S3 and back'(effort) {
    fc.assert(
      fc.property(key, (text) => {
        const path = normalise(urlGrammar(grammar), `/${encodeKey(text)}/640x.auto`, {}, '') as string;
        expect(parsePath(grammar, path)).toEqual({ key: text, variant: { width: 640, fit: 'inside', target: 'auto' } });
        expect(decodeURIComponent(path).slice(1)).toBe(`${text}/640x.auto`);
      }),
      { numRuns: 500 * effort.times, seed: effort.seed },
    );
  },
};
