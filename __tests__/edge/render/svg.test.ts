import { isFailure } from '../../../edge/failure';
import { fixture, scene } from './fixtures';
import { colourAt, pictureOf, rendered, tryRender } from './picture';

const svg = (content: string, size = 'width="100" height="100" viewBox="0 0 100 100"', prolog = ''): Buffer =>
  Buffer.from(
    `${prolog}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${size}>${content}</svg>`,
  );

async function codeOf(original: Buffer, settings = {}): Promise<string> {
  const outcome = await tryRender(original, { width: 1000 }, settings);
  return isFailure(outcome) ? outcome.code : 'rendered';
}

const DISC = '<circle cx="50" cy="50" r="40" fill="red"/>';

const zigzag = (lines: number): string =>
  'M0 0' + Array.from({ length: lines }, (_, at) => `L${(at * 7919) % 100} ${(at * 104729) % 100}`).join('');

const bombOfUses = (levels: number): string =>
  '<g id="a0"><rect width="5" height="5"/></g>' +
  Array.from({ length: levels }, (_, at) => `<g id="a${at + 1}">${`<use href="#a${at}" x="1"/>`.repeat(10)}</g>`).join(
    '',
  );

test.each<[string, string]>([
  ['a drawing', DISC],
  [
    'gradients, masks and clips',
    `<defs><linearGradient id="g"><stop stop-color="red"/><stop offset="1"/></linearGradient>
    <clipPath id="c"><circle r="40" cx="50" cy="50"/></clipPath></defs><rect width="99" height="99" fill="url(#g)" clip-path="url(#c)"/>`,
  ],
  ['a drop shadow', `<filter id="f"><feDropShadow stdDeviation="2"/></filter><g filter="url(#f)">${DISC}</g>`],
  ['a few references', `<g id="d">${DISC}</g><use href="#d" x="5"/><use xlink:href="#d" x="9"/>`],
  ['a style sheet', `<style><![CDATA[ .a > circle { fill: #00f; opacity: .5 } ]]></style><g class="a">${DISC}</g>`],
  ['a link to a page', `<a href="https://example.com/">${DISC}</a>`],
  ['dashes', '<path d="M0 50H100" stroke="red" stroke-dasharray="5 3"/>'],
  ['two thousand shapes', '<path d="M1 2c3 4 5 6 7 8z"/>'.repeat(2000)],
])('%s is drawn', async (_what, content) => {
  expect(await codeOf(svg(content))).toBe('rendered');
});

test('entities that stand for plain text are read, as old drawing programs write them', async () => {
  const prolog =
    '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY ns_ai "http://ns.adobe.com/AI/"><!ENTITY st0 "fill:#00FF00;">]>';
  const { body } = await rendered(svg('<rect style="&st0;" width="100" height="100"/>', undefined, prolog));
  expect(colourAt(await pictureOf(body), 50, 50)).toEqual([0, 255, 0, 255]);
});

test.each<[string, Buffer]>([
  ['an entity with markup', svg('&a;', undefined, `<!DOCTYPE svg [<!ENTITY a "${DISC.replaceAll('"', "'")}">]>`)],
  ['entities of entities', svg('&b;', undefined, '<!DOCTYPE svg [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>')],
  ['an entity from a file', svg('&a;', undefined, '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>')],
  ['an entity of parameters', svg('', undefined, '<!DOCTYPE svg [<!ENTITY % a "x">%a;]>')],
  ['a picture of another host', svg('<image width="9" height="9" href="http://127.0.0.1:9/a.png"/>')],
  ['a picture of this machine', svg('<image width="9" height="9" xlink:href="file:///etc/a.png"/>')],
  ['a file beside it', svg('<use href="other.svg#a"/>')],
  ['a style sheet outside of it', svg(DISC, undefined, '<?xml-stylesheet href="a.css"?>')],
  ['an import', svg('<style>@import "https://example.com/a.css";</style>')],
  ['a font of another host', svg('<style>@font-face{src:url(https://example.com/a)}</style>')],
  [
    'a file included',
    svg('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/hostname" parse="text"/>'),
  ],
  ['turbulence', svg('<filter id="f"><feTurbulence numOctaves="9"/></filter><g filter="url(#f)"/>')],
  [
    'a drawing in a drawing',
    svg(`<image width="9" height="9" href="data:image/svg+xml;base64,${svg(DISC).toString('base64')}"/>`),
  ],
  ['styles with escapes', svg('<rect style="f\\69lter:url(#f)"/>')],
  ['an encoding that hides markup', svg(DISC, undefined, '<?xml version="1.0" encoding="utf-7"?>')],
])('%s is unsupported', async (_what, original) => {
  expect(await codeOf(original)).toBe('UNSUPPORTED');
});

test.each<[string, string]>([
  ['references to references to references', bombOfUses(7)],
  ['a reference to itself', '<g id="a"><use href="#a"/></g>'],
  [
    'masks of masks',
    Array.from(
      { length: 40 },
      (_, at) =>
        `<mask id="m${at}"><g mask="url(#m${at + 1})">${`<rect mask="url(#m${at + 1})"/>`.repeat(3)}</g></mask>`,
    ).join('') + '<rect mask="url(#m0)"/>',
  ],
  ['too many elements', '<g/>'.repeat(20_001)],
  ['too deep a nest', '<g>'.repeat(300) + '</g>'.repeat(300)],
  ['lines that cross all over', `<path d="${zigzag(20_000)}"/>`],
  ['curves that cross all over', `<path d="M0 0${'q99 50 3 7'.repeat(5_000)}"/>`],
  ['dashes over dashes', `<path d="${zigzag(3_000)}" stroke="red" stroke-dasharray=".1"/>`],
  [
    'markers at every corner',
    `<marker id="m">${DISC.repeat(50)}</marker><path d="${zigzag(5_000)}" marker-mid="url(#m)"/>`,
  ],
  [
    'markers by a style sheet',
    `<style>path{marker-mid:url(#m)}</style><marker id="m">${DISC.repeat(50)}</marker><path d="${zigzag(5_000)}"/>`,
  ],
  [
    'blurs over blurs',
    `<filter id="f">${'<feGaussianBlur stdDeviation="9"/>'.repeat(50)}</filter>${'<rect width="99" height="99" filter="url(#f)"/>'.repeat(10)}`,
  ],
  ['blurs by functions', `<rect width="99" height="99" style="filter:${'blur(5px) '.repeat(300)}"/>`],
  ['a text without end', `<text>${'abcdefgh ijkl '.repeat(2_000)}</text>`],
  [
    'styles for everything',
    `<style>${'.a .b > :not(.c){fill:red}'.repeat(2_000)}</style>${'<g class="b"/>'.repeat(8_000)}`,
  ],
])('%s is too large', async (_what, content) => {
  expect(await codeOf(svg(content))).toBe('TOO_LARGE');
});

test('an embedded picture is drawn, and bounded like any other', async () => {
  const picture = await scene().png().toBuffer();
  const embedded = svg(`<image width="100" height="100" href="data:image/png;base64,${picture.toString('base64')}"/>`);
  expect(await codeOf(embedded)).toBe('rendered');
  expect(await codeOf(embedded, { maxPixels: 30_000 })).toBe('TOO_LARGE');
});

test('a drawing that is dear to paint is drawn smaller than the box', async () => {
  const blurs =
    '<filter id="f"><feGaussianBlur stdDeviation="2"/></filter>' +
    '<rect width="99" height="99" filter="url(#f)"/>'.repeat(20);
  const { width, height } = await rendered(svg(blurs), { width: 4000 });
  expect(width).toBe(height);
  expect(width).toBeGreaterThan(500);
  expect(width).toBeLessThan(2000);
});

test('a size that is stated in a drawing costs nothing by itself', async () => {
  const { width, height } = await rendered(svg(DISC, 'width="50000" height="50000" viewBox="0 0 100 100"'), {
    width: 200,
  });
  expect([width, height]).toEqual([200, 200]);
});

test('a drawing that is very long in one direction is not drawn longer to be cropped', async () => {
  const long = svg(DISC, 'width="100" height="10000" viewBox="0 0 100 10000"');
  const { width, height } = await rendered(long, { width: 1600, height: 400, fit: 'cover' });
  expect(width / height).toBeCloseTo(4, 0);
  expect(width * height).toBeLessThan(1600 * 400);
});

test('what is not well-formed is corrupt', async () => {
  expect(await codeOf(svg('<g><rect></g>'))).toBe('CORRUPT');
  expect(await codeOf((await fixture('drawing.svg')).subarray(0, -4))).toBe('CORRUPT');
});
