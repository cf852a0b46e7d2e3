import { minifySync } from '@swc/core';
import { buildSync } from 'esbuild';
import fc from 'fast-check';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parse } from 'srcset';
import { type UrlOptions, createImages } from '../../client';
import { GRAMMAR_DEFAULTS, SETS } from '../../edge/config/grammar-defaults';
import type { ResizerConfig } from '../../edge/config/schema';
import { FITS, GRAVITIES } from '../../edge/variant';
import { config, key, side } from './arbitraries';
import { MODERN, type Outcome, viewerRequest } from '../edge/viewer-request/viewer';

const size = fc.oneof(
  fc.constant({}),
  fc.record({ size: fc.constantFrom('100x100', '300x300', '320x80', '640w', '480h', '7w', 'full', 'thumb', 'nope') }),
  fc.record({ size: fc.constant('640w'), width: side }),
  fc.record({ preset: fc.constantFrom('thumb', 'card', 'p1', 'profile') }),
  fc.record({ width: fc.oneof(side, fc.integer({ min: 1, max: 5_000 })) }),
  fc.record({ height: fc.constantFrom(480, 481) }),
  fc.record({ width: side, height: side }),
);
const options: fc.Arbitrary<UrlOptions> = fc
  .tuple(
    size,
    fc.record(
      {
        dpr: fc.constantFrom(1, 2, 3, 5, 1.5),
        fit: fc.constantFrom(...FITS),
        gravity: fc.constantFrom(...GRAVITIES),
        quality: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constantFrom(0, 101, 7.5)),
        format: fc.constantFrom('auto' as const, 'avif' as const, 'webp' as const, 'jpeg' as const, 'png' as const),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([one, rest]) => ({ ...one, ...rest }));

/** The same request as a person would write it: with everything in the query. */
function written(text: string, { preset: name, ...rest }: UrlOptions): string {
  const query = new URLSearchParams(
    Object.entries({ ...rest, ...(name && { size: name }) }).map(([option, value]): [string, string] => [
      option,
      String(value),
    ]),
  );
  // Without a size, a name that reads as a variant's would be read as one.
  if (!['size', 'width', 'height'].some((each) => query.has(each))) query.set('size', 'full');
  return `/${encodeURIComponent(text)}?${query.toString()}`;
}

const attempt = (run: () => string): string => {
  try {
    return run();
  } catch (error) {
    return (error as Error).message;
  }
};

/** With `snap`, the function takes a size that is not listed; the client makes listed ones alone. */
const strict = (one: ResizerConfig): ResizerConfig => ({ ...one, snap: false });

/** Without what comes after the first fault: of several, the client need not name the one that the function does. */
function withOneFault(
  { presets = GRAMMAR_DEFAULTS.presets }: ResizerConfig,
  text: string,
  one: UrlOptions,
): UrlOptions {
  if (/^\/|(^|\/)\.\.?(\/|$)|\p{Cc}/u.test(text)) return {};
  const name = one.preset ?? one.size;
  const isKnown = name === undefined || name === 'full' || /^\d/.test(name) || name in presets;
  return isKnown ? one : { size: name };
}

test('under any config, a URL is the variant that was asked for, or is refused in the words of the function', () => {
  fc.assert(
    fc.property(config, fc.array(fc.tuple(key, options), { minLength: 150, maxLength: 150 }), (any, generated) => {
      const asked = generated.map(([text, one]) => [text, withOneFault(any, text, one)] as const);
      const images = createImages(any);
      const made = asked.map(([text, each]) => attempt(() => images.url(text, each)));
      const expected = viewerRequest(strict(any))(
        asked.map(([text, each]) => ({ url: written(text, each), accept: MODERN })),
      );
      const told = viewerRequest(any)(made.map((url) => ({ url: url.startsWith('/') ? url : '/', accept: MODERN })));
      const outcomes = made.map((url, index) => (url.startsWith('/') ? told[index]! : { body: `${url}\n` }));
      const wanted = expected.map(({ path, body }): Outcome => (path === undefined ? { body: body! } : { path }));
      outcomes.forEach((outcome, index) => expect([asked[index], outcome]).toEqual([asked[index], wanted[index]]));
    }),
    { numRuns: 4, seed: 20_261_126, endOnFailure: true },
  );
});

test('the URLs of a base begin with it', () => {
  expect(createImages({ base: '/img' }, { host: 'https://d1.cloudfront.net' }).url('a/ö.jpg', { width: 640 })).toBe(
    'https://d1.cloudfront.net/img/a/%C3%B6.jpg/640x.auto',
  );
});

const images = createImages();

test('srcset has the listed widths, or a size at each pixel ratio', () => {
  expect(parse(images.srcset('a.jpg')).map(({ width }) => width)).toEqual([320, 640, 960, 1280, 1920]);
  expect(parse(images.srcset('a.jpg', { preset: 'thumb' }))).toEqual([
    { url: '/a.jpg/200x200-cover-focus.auto', density: 1 },
    { url: '/a.jpg/400x400-cover-focus.auto', density: 2 },
    { url: '/a.jpg/600x600-cover-focus.auto', density: 3 },
  ]);
  expect(() => images.srcset('a.jpg', { width: 321 })).toThrow('No such size here. Allowed: 320w, ');
});

test('attributes are those of the layout', () => {
  expect(images.attributes('a.jpg', { width: 400, height: 300 })).toEqual({
    src: '/a.jpg/640x.auto',
    srcset: '/a.jpg/320x.auto 320w, /a.jpg/640x.auto 640w, /a.jpg/960x.auto 960w',
    sizes: '(min-width: 400px) 400px, 100vw',
    width: 400,
    height: 300,
  });
  expect(images.attributes('a.jpg', { layout: 'full-width' })).toMatchObject({
    src: '/a.jpg/1920x.auto',
    sizes: '100vw',
  });
  expect(images.attributes('a.jpg', { layout: 'fixed', width: 320, height: 200 })).toEqual({
    src: '/a.jpg/320x.auto',
    srcset: '/a.jpg/320x.auto 1x, /a.jpg/640x.auto 2x, /a.jpg/960x.auto 3x',
    sizes: undefined,
    width: 320,
    height: 200,
  });
  expect(images.attributes('a.jpg', { preset: 'cover' })).toMatchObject({ width: 1600, height: 400 });
});

test('a picture has a source for each modern format', () => {
  const { sources, img } = images.picture('a.jpg', { width: 400, sizes: '50vw' });
  expect(sources.map(({ type, sizes }) => [type, sizes])).toEqual([
    ['image/avif', '50vw'],
    ['image/webp', '50vw'],
  ]);
  expect(sources[0]!.srcset).toContain('/a.jpg/640x.avif 640w');
  expect(img.src).toBe('/a.jpg/640x.auto');
});

test('a preset with operations is asked for by its name, and means that preset', () => {
  const presets = {
    soft: { width: 320, height: 200, blur: 2 },
    grey: { greyscale: true, format: 'webp' as const },
    plain: { width: 24, flip: false },
  };
  const own = createImages({ presets, sizes: ['640w'] });
  const urls = [
    own.url('a b.jpg', { preset: 'soft', dpr: 2, format: 'png' }),
    own.url('a.jpg', { preset: 'grey', fit: 'fill', format: 'avif' }),
    own.url('a.jpg', { preset: 'plain' }),
  ];
  expect(urls).toEqual(['/a%20b.jpg?size=soft&dpr=2&f=png', '/a.jpg?size=grey&f=avif', '/a.jpg/24x.auto']);
  const paths = viewerRequest({ presets, sizes: ['640w'] })(urls.map((url) => ({ url, accept: MODERN })));
  expect(paths.map(({ path }) => path)).toEqual([
    expect.stringMatching(/^\/a%20b\.jpg\/soft-[\da-f]{6}%402x\.png$/),
    expect.stringMatching(/^\/a\.jpg\/grey-[\da-f]{6}\.webp$/),
    '/a.jpg/24x.auto.avif',
  ]);
  expect(() => own.url('a.jpg', { width: 320, height: 200 })).toThrow('No such size here.');
  expect(own.srcset('a.jpg', { preset: 'grey' })).toBe('/a.jpg?size=grey 1x');
  expect(own.attributes('a.jpg', { preset: 'soft' })).toEqual({
    src: '/a.jpg?size=soft',
    srcset: '/a.jpg?size=soft 1x, /a.jpg?size=soft&dpr=2 2x, /a.jpg?size=soft&dpr=3 3x',
    sizes: undefined,
    width: undefined,
    height: undefined,
  });
});

test('a placeholder is the preset of that name', () => {
  expect(images.placeholder('a.jpg')).toBe('/a.jpg?size=placeholder');
  expect(() => createImages({ presets: {} }).placeholder('a.jpg')).toThrow('No such size here.');
  const placeholder = { width: 24, height: 24, fit: 'inside' as const };
  expect(createImages({ presets: { placeholder } }).placeholder('a.jpg')).toBe('/a.jpg/24x24-inside.auto');
});

test('facts about a picture are beside its variants', () => {
  expect(createImages({ base: '/img' }).info('a b.jpg')).toBe('/img/a%20b.jpg/info.json');
  expect(() => images.info('../a.jpg')).toThrow('A path has no control characters, ');
});

test.each<[UrlOptions, string]>([
  [{ size: '640w', preset: 'thumb' }, 'Give one of size, d, or w and h.'],
  [{ preset: 'thumb', height: 480 }, 'Give one of size, d, or w and h.'],
  [{ quality: 0 }, 'quality is a whole number from 1 to 100.'],
  [{ quality: NaN }, 'quality is a whole number from 1 to 100.'],
  [{ dpr: NaN }, 'dpr is a whole number from 1 to 3.'],
  [{ format: '' as 'auto' }, 'No such format here. Allowed: '],
  [{ width: 0 }, 'No such size here. Allowed: '],
  [{ width: NaN, height: NaN }, 'No such size here. Allowed: '],
  [{ width: 319.5 }, 'No such size here. Allowed: 320w, '],
  [{ size: 'constructor' }, 'No such size here. Allowed: '],
])('%j is refused', (one, sentence) => {
  expect(() => images.url('a.jpg', one)).toThrow(sentence);
});

test('without a width on the list there is the whole picture alone', () => {
  const own = createImages({ sizes: ['300x300', 'full'] });
  expect(own.widths).toEqual([]);
  expect(own.attributes('a.jpg', { width: 400 })).toMatchObject({ src: '/a.jpg/full-inside.auto', srcset: '' });
});

test('who has no types may ask for the facts by the format json, as in a query', () => {
  const own = createImages();
  const format = 'json' as UrlOptions['format'];
  expect(own.url('dir/a.jpg', { width: 640, format })).toBe(own.info('dir/a.jpg'));
});

test('the client is at most 2 KB, minified as Next.js does and gzipped, and needs nothing of Node', () => {
  const built = buildSync({
    entryPoints: [join(__dirname, '..', '..', 'client', 'index.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
  });
  const { code } = minifySync(built.outputFiles[0]!.text, { compress: true, mangle: true, module: true });
  expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(2_048);
});

test('a set is on the list of the client as of the function', () => {
  const widths = createImages({ sizes: [...GRAMMAR_DEFAULTS.sizes, 'next'] }).widths;
  expect(widths).toEqual([...new Set([...SETS['next']!, 320, 640, 960, 1280, 1920])].sort((a, b) => a - b));
});
