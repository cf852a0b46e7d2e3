import fc from 'fast-check';
import { parse } from 'srcset';
import { createService } from '../../client/astro';
import { createAttributes, printAttributes } from '../../client/html';
import { createLoader, nextImages } from '../../client/next';
import { createProvider } from '../../client/nuxt';
import { createTransformer } from '../../client/unpic';
import { SETS } from '../../edge/config/grammar-defaults';
import { MODERN, viewerRequest } from '../edge/viewer-request/viewer';
import { config, key } from './arbitraries';

const HOST = 'https://d1.cloudfront.net';
const sizes = ['300x300', '320w', '640w', '1280w', 'full'];

let warnings: string[];
beforeEach(() => {
  warnings = [];
  jest.spyOn(console, 'warn').mockImplementation((line: string) => void warnings.push(line));
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env['NODE_ENV'] = 'test';
});

const anything = fc.record(
  {
    width: fc.oneof(
      fc.integer({ min: -5, max: 20_000 }),
      fc.constantFrom('640', '640px', 'auto', '', NaN, 0, 33.3, 300),
    ),
    height: fc.oneof(fc.integer({ min: -5, max: 20_000 }), fc.constantFrom('480', '', Infinity, 300)),
    quality: fc.oneof(fc.integer({ min: -5, max: 500 }), fc.constantFrom('75', 'high', '', null, 0.2)),
    format: fc.constantFrom('auto', 'avif', 'webp', 'jpg', 'jpeg', 'png', 'gif', 'svg', ''),
    fit: fc.constantFrom('cover', 'contain', 'fill', 'none', 'scale-down', 'inside', ''),
    position: fc.constantFrom('center', 'top left', 'right', 'attention', '50% 20%'),
    gravity: fc.constantFrom('north', 'attention', 'middle'),
    blur: fc.constantFrom(3, '3'),
    sizes: fc.constantFrom('50vw', ''),
    layout: fc.constantFrom('constrained' as const, 'full-width' as const, 'fixed' as const),
    preset: fc.constantFrom('thumb', 'nope'),
  },
  { requiredKeys: [] },
);

/** URLs that the adapters make of one `src` and of what is asked for. */
function urlsOf(any: Parameters<typeof createLoader>[0]) {
  const loader = createLoader(any);
  const provider = createProvider(any)();
  const transform = createTransformer(any);
  const service = createService(any);
  const attributesOf = createAttributes(any);
  return (src: string, asked: Record<string, unknown>): string[] => {
    const options = service.validateOptions({ ...asked, src, widths: [24, 640, 7_000] });
    const { sizes: _, ...html } = attributesOf(src, asked);
    return [
      loader({ src, width: asked['width'] as number, quality: asked['quality'] as number }),
      provider.getImage(src, { modifiers: asked }).url,
      transform(src, asked),
      service.getURL(options),
      ...service.getSrcSet(options).map(({ transform: each }) => service.getURL(each)),
      ...service
        .getSrcSet({ ...options, densities: [1, '1.5x', 2] })
        .map(({ transform: each }) => service.getURL(each)),
      html.src,
      ...(html.srcset ? parse(html.srcset).map(({ url }) => url) : []),
    ];
  };
}

test('whatever a framework asks for under any config, the URL is one that the distribution serves', () => {
  fc.assert(
    fc.property(config, fc.array(fc.tuple(key, anything), { minLength: 60, maxLength: 60 }), (any, asked) => {
      const make = urlsOf(any);
      const urls = asked.flatMap(([text, each]) => make(`/${text}`, each).filter((url) => url !== `/${text}`));
      const refused = viewerRequest(any)(urls.map((url) => ({ url, accept: MODERN })))
        .map((outcome, index) => ({ url: urls[index], ...outcome }))
        .filter(({ path }) => path === undefined);
      expect(refused).toEqual([]);
      expect(urls.length).toBeGreaterThan(asked.length);
    }),
    { numRuns: 4, seed: 20_261_126, endOnFailure: true },
  );
});

test.each([
  'https://example.com/a.jpg',
  '//example.com/a.jpg',
  'data:image/gif;base64,R0lGODlhAQABAAAAACw=',
  '',
  '/_next/static/media/a.1.png',
])('what is not in the bucket is left as it is: %j', (src) => {
  const asked = { width: 640, height: 480 };
  expect([
    createLoader({}, { host: HOST })({ src, width: 640 }),
    createProvider({}, { host: HOST })().getImage(src, { modifiers: asked }).url,
    createTransformer({}, { host: HOST })(src, asked),
    createService({}, { host: HOST }).getURL({ src, ...asked }),
    createAttributes({}, { host: HOST })(src, asked).src,
  ]).toEqual([src, src, src, src, src]);
  expect(warnings).toEqual([]);
});

test('a width that is not listed becomes the next larger one, else the largest, with one warning', () => {
  const loader = createLoader({ sizes }, { host: HOST });
  const urls = [320, 321, 1_280, 5_000].map((width) => loader({ src: '/a b.jpg', width }));
  expect(urls).toEqual(['320x', '640x', '1280x', '1280x'].map((name) => `${HOST}/a%20b.jpg/${name}.auto`));
  expect(warnings).toEqual([
    expect.stringMatching(
      /^cloudfront-image-resizer: No such size here\. Allowed: 320w, .* in its place: .*\/640x\.auto\. This is said once\.$/,
    ),
  ]);
});

test('in production there is no warning', () => {
  process.env['NODE_ENV'] = 'production';
  expect(createLoader({ sizes })({ src: 'a.jpg', width: 321 })).toBe('/a.jpg/640x.auto');
  expect(warnings).toEqual([]);
});

test.each([
  [['300x300', 'full'], '/a.jpg/full-inside.auto'],
  [['300x300', '600x600'], '/a.jpg/300x300-cover-focus.auto'],
  [['480h'], '/a.jpg/x480.auto'],
])('without a width on the list of %j there is a picture all the same', (own, url) => {
  expect(createLoader({ sizes: own })({ src: '/a.jpg', width: 321 })).toBe(url);
  expect(nextImages({ sizes: own })).toEqual({ deviceSizes: [], imageSizes: [] });
});

test('Next.js asks for what is listed, and takes 640 pixels and more for screens', () => {
  const next = SETS['next']!;
  expect(nextImages({ sizes: ['next', 'full'], qualities: [50, 75] })).toEqual({
    deviceSizes: next.filter((width) => width >= 640),
    imageSizes: next.filter((width) => width <= 384),
    qualities: [50, 75],
  });
  expect(nextImages({ sizes: ['100w', '200w'] })).toEqual({ deviceSizes: [200], imageSizes: [100] });
  expect(createLoader({ sizes, qualities: [50, 75] })({ src: '/a.jpg', width: 640, quality: 60 })).toBe(
    '/a.jpg/640x-q50.auto',
  );
});

test('Nuxt gets boxes that are listed, at their ratios too, and widths for all others', () => {
  const { getImage } = createProvider({ sizes, presets: {} }, { host: HOST })();
  const urls = [
    { width: 300, height: 300 },
    { width: 600, height: 600, format: 'webp' },
    { width: 640, height: 480, fit: 'cover' },
    { format: 'jpg' },
    { width: 10, height: 10, quality: 50, blur: 3 },
  ].map((modifiers) => getImage('/a.jpg', { modifiers }).url);
  expect(urls).toEqual(
    ['300x300-cover-focus.auto', '600x600-cover-focus.webp', '640x.auto', 'full-inside.jpeg', '320x.auto'].map(
      (name) => `${HOST}/a.jpg/${name}`,
    ),
  );
  expect(getImage('/a.jpg', { baseURL: 'https://other.example/', modifiers: { width: 640 } }).url).toBe(
    'https://other.example/a.jpg/640x.auto',
  );
  const presets = { placeholder: { width: 24, blur: 2 } };
  expect(createProvider({ sizes, presets })().getImage('/a.jpg', { modifiers: { width: 10, blur: 3 } }).url).toBe(
    '/a.jpg?size=placeholder',
  );
});

test('unpic gets URLs for texts and URL objects, and nothing that would end its CSS', () => {
  const transform = createTransformer({ sizes });
  expect(transform('/a (1).jpg', { width: '640', height: '427', quality: '75' })).toBe('/a%20%281%29.jpg/640x.auto');
  expect(transform(new URL('https://example.com/a.jpg'), { width: 640 })).toBe('https://example.com/a.jpg');
});

test('Astro gets candidates that say how wide they are', () => {
  const service = createService({ sizes, fits: ['cover', 'inside'] });
  const options = service.validateOptions({ src: '/a.jpg', width: 400, height: 300, widths: [400, 640, 800, 9_000] });
  expect(service.getSrcSet(options).map((each) => [service.getURL(each.transform), each.descriptor])).toEqual([
    ['/a.jpg/640x.auto', '640w'],
    ['/a.jpg/1280x.auto', '1280w'],
  ]);
  expect(service.getSrcSet({ ...options, widths: undefined, densities: [1, '2x'] })).toMatchObject([
    { transform: { width: 400, height: 300 }, descriptor: '1x' },
    { transform: { width: 800, height: 600 }, descriptor: '2x' },
  ]);
  const box = { src: '/a.jpg', width: 300, height: 300 };
  expect(
    [
      box,
      { ...box, fit: 'cover' },
      { ...box, fit: 'contain', quality: 'low' },
      { ...box, fit: 'cover', position: 'left top' },
      { ...box, fit: 'cover', position: 'attention' },
      { ...box, fit: 'cover', position: 'center center' },
    ].map((each) => service.getURL(each)),
  ).toEqual([
    '/a.jpg/320x.auto',
    '/a.jpg/300x300-cover-focus.auto',
    '/a.jpg/300x300-inside.auto',
    '/a.jpg/320x.auto',
    '/a.jpg/300x300-cover-attention.auto',
    '/a.jpg/300x300-cover-focus.auto',
  ]);
  expect(
    service.getHTMLAttributes({ ...options, alt: 'A', sizes: '50vw', layout: 'constrained', fit: 'cover' }),
  ).toEqual({
    width: 400,
    height: 300,
    alt: 'A',
    sizes: '50vw',
  });
  const cropped = { ...box, fit: 'cover', widths: [300, 450, 600, 640] };
  expect(service.getSrcSet(cropped).map((each) => [service.getURL(each.transform), each.descriptor])).toEqual([
    ['/a.jpg/300x300-cover-focus.auto', '300w'],
    ['/a.jpg/600x600-cover-focus.auto', '600w'],
  ]);
  const imported = { src: '/_astro/a.123.png', width: 800, height: 600 };
  expect(service.getURL({ src: imported, width: 400 })).toBe(imported.src);
  expect(service.getSrcSet({ src: imported, widths: [400, 800] })).toEqual([]);
});

test('HTML gets all attributes, as an object or as text', () => {
  const attributes = createAttributes({ sizes, presets: { card: { width: 200, height: 100 } } });
  expect(attributes('/a.jpg', { width: 400, height: 300, alt: 'A & "B"' })).toEqual({
    src: '/a.jpg/640x.auto',
    srcset: '/a.jpg/320x.auto 320w, /a.jpg/640x.auto 640w, /a.jpg/1280x.auto 1280w',
    sizes: '(min-width: 400px) 400px, 100vw',
    width: 400,
    height: 300,
    alt: 'A & "B"',
    loading: 'lazy',
    decoding: 'async',
  });
  expect(attributes('/a.jpg', { preset: 'card', priority: true })).toMatchObject({
    width: 200,
    height: 100,
    loading: 'eager',
    fetchpriority: 'high',
  });
  expect(printAttributes(attributes('/a.jpg', { layout: 'fixed', width: 321, height: 200, alt: '<"&>' }))).toBe(
    'src="/a.jpg/640x.auto" width="321" height="200" alt="&lt;&quot;&amp;&gt;" loading="lazy" decoding="async"',
  );
  expect(warnings).toHaveLength(1);
});
