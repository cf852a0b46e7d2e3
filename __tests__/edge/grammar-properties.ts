import fc from 'fast-check';
import { grammarOf, parseConfig } from '../../edge/config';
import { encodeKey, isRefusal, normalise, parsePath, parseVariant, printVariant } from '../../edge/grammar';
import { variantNames } from '../../edge/variants';
import { MODERN, type Request, toEvent, viewerRequest } from './viewer-request/viewer';

const grammar = grammarOf(parseConfig({}));

/** Fragments that mean something to the grammar, so that chance finds the interesting URLs. */
const segment = fc.oneof(
  fc.constantFrom(
    '300x300',
    '301x300',
    '0300x300',
    '640w',
    '480h',
    '320w@2x',
    '320w@9x',
    'thumb',
    'full',
    'full@2x',
    '',
    '.',
    '..',
    '%2e',
    '%2F',
    '300x300-cover-centre.auto',
    '640x.auto.avif',
    'full-inside.jpeg',
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
      'full',
      'cover',
      'inside',
      'centre',
      'webp',
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
      !/[\x00-\x1f\x7f]/.test(text) && !text.startsWith('/') && !text.split('/').some((each) => /^\.\.?$/.test(each)),
  );

/** How many times the usual runs, and the seed that they follow from. */
interface Effort {
  times: number;
  seed: number;
}

const batches = ({ times, seed }: Effort, run: (requests: { url: string; accept: string }[]) => void) =>
  fc.assert(fc.property(fc.array(request, { minLength: 50, maxLength: 50 }), run), { numRuns: 40 * times, seed });

/** What holds for any request, by the sentence that says so. */
export const properties: Record<string, (effort: Effort) => void> = {
  'the function never throws, and answers with a request or a 4xx'(effort) {
    const run = viewerRequest();
    batches(effort, (requests) => {
      for (const outcome of run(requests)) {
        expect(outcome.path !== undefined || [400, 403, 404].includes(outcome.status!)).toBe(true);
      }
    });
  },

  'Node reads a request as the function does'(effort) {
    const run = viewerRequest();
    batches(effort, (requests) => {
      const read = requests.map((each) => {
        const { uri, querystring, headers } = toEvent(each).request;
        const outcome = normalise(grammar, uri, querystring, headers['accept']!.value);
        return isRefusal(outcome) ? outcome.code : outcome;
      });
      expect(read).toEqual(run(requests).map(({ path, code }) => path ?? code));
    });
  },

  'normalising is idempotent for an Accept'(effort) {
    const run = viewerRequest({ snap: true });
    batches(effort, (requests) => {
      const once = run(requests).flatMap(({ path }, index) =>
        path ? [{ url: path, accept: requests[index]!.accept }] : [],
      );
      expect(run(once).map(({ path }) => path)).toEqual(once.map(({ url }) => url));
    });
  },

  'only what the config allows comes out, under a key of the path'(effort) {
    const names = new Set(variantNames(grammar));
    const run = viewerRequest();
    batches(effort, (requests) => {
      run(requests).forEach(({ path }, index) => {
        if (!path) return;
        expect(path).toMatch(/^\/(?!\/)[A-Za-z0-9\-_.~%/]+$/);
        expect(path.split('/')).not.toContain('..');
        const wanted = parsePath(grammar, path)!;
        expect(names).toContain(printVariant(wanted.variant));
        expect(decodeURIComponent(requests[index]!.url.split('?')[0]!)).toContain(wanted.key.split('/').at(-1));
      });
    });
  },

  'two spellings of a request give the same path'(effort) {
    const run = viewerRequest();
    const spellings: ((encoded: string) => Request)[] = [
      (encoded) => `/300x300/${encoded}`,
      (encoded) => `/${encoded}?d=300x300`,
      (encoded) => `/${encoded}?h=300&w=300&fit=cover`,
      (encoded) => `/${encoded}?H=300&Width=300&FIT=cover`,
      (encoded) => `/${encoded}?size=300X300&gravity=center&format=auto`,
      (encoded) => `/${encoded}?dpr=3&width=100&height=100`,
      (encoded) => `/100x100@3x/${encoded}?utm_source=x`,
      (encoded) => `/300x300/${encoded.replace(/%../g, (escape) => escape.toLowerCase())}`,
    ];
    fc.assert(
      fc.property(
        key.filter((text) => !parseVariant(text.split('/').at(-1)!)),
        (text) => {
          const outcomes = run(spellings.map((spell) => spell(encodeKey(text))));
          expect(new Set(outcomes.map(({ path }) => path))).toEqual(
            new Set([`/${encodeKey(text)}/300x300-cover-centre.auto`]),
          );
        },
      ),
      { numRuns: 60 * effort.times, seed: effort.seed },
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
        const path = normalise(grammar, `/${encodeKey(text)}/640x.auto`, {}, '') as string;
        expect(parsePath(grammar, path)).toEqual({ key: text, variant: { width: 640, fit: 'inside', target: 'auto' } });
        expect(decodeURIComponent(path).slice(1)).toBe(`${text}/640x.auto`);
      }),
      { numRuns: 2_000 * effort.times, seed: effort.seed },
    );
  },
};
