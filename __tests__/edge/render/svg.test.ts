import sharp from 'sharp';
import { isFailure } from '../../../edge/failure';
import type { Variant } from '../../../edge/variant';
import { fixture, scene } from './fixtures';
import { DRAWINGS, circle } from './fixtures/drawings';
import { type Picture, colourAt, difference, pictureOf, rendered, tryRender } from './picture';

const svg = (content: string, size = 'width="100" height="100" viewBox="0 0 100 100"', prolog = ''): Buffer =>
  Buffer.from(
    `${prolog}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${size}>${content}</svg>`,
  );

async function codeOf(original: Buffer, settings = {}): Promise<string> {
  const outcome = await tryRender(original, { width: 1000 }, settings);
  return isFailure(outcome) ? outcome.code : 'rendered';
}

/** The variant, of an SVG in any encoding. */
const drawn = async (original: Buffer | string, variant: Partial<Variant> = {}) =>
  pictureOf((await rendered(Buffer.from(original as string), variant)).body);

const DISC = '<circle cx="50" cy="50" r="40" fill="red"/>';
const GROUND = '<rect width="100%" height="100%" fill="red"/>';
const RED = [255, 0, 0, 255];

/** Whether nothing is drawn at a place, whatever colour it has. */
const isClear = (picture: Picture, x: number, y: number): boolean => colourAt(picture, x, y)[3] === 0;

const isEmpty = ({ data }: Picture): boolean => data.every((value, at) => at % 4 !== 3 || value === 0);

const arcs = (count: number): string =>
  'M95 25' +
  Array.from({ length: count }, (_, at) => {
    const angle = ((at + 1) / count) * 2 * Math.PI;
    const point = `${(50 + 40 * Math.cos(angle)).toFixed(3)} ${(25 + 20 * Math.sin(angle)).toFixed(3)}`;
    return `C${point} ${point} ${point}`;
  }).join('');

test.each<[string, string]>([
  ['a drawing', DISC],
  [
    'gradients, masks and clips',
    `<defs><linearGradient id="g"><stop stop-color="red"/><stop offset="1"/></linearGradient>
    <clipPath id="c"><circle r="40" cx="50" cy="50"/></clipPath></defs><rect width="99" height="99" fill="url(#g)" clip-path="url(#c)"/>`,
  ],
  ['a drop shadow', `<filter id="f"><feDropShadow stdDeviation="2"/></filter><g filter="url(#f)">${DISC}</g>`],
  [
    'turbulence, lights and tiles',
    `<filter id="f"><feTurbulence baseFrequency=".1"/><feTile/><feMorphology radius="1"/></filter>${DISC}<g filter="url(#f)">${DISC}</g>`,
  ],
  ['a few references', `<g id="d">${DISC}</g><use href="#d" x="5"/><use xlink:href="#d" x="9"/>`],
  ['a style sheet', `<style><![CDATA[ .a > circle { fill: #f00; opacity: .5 } ]]></style><g class="a">${DISC}</g>`],
  ['a style with escapes', `<g style="f\\69ll:red">${DISC}</g>`],
  ['a link to a page', `<a href="https://example.com/">${DISC}</a>`],
  ['dashes', `${DISC}<path d="M0 50H100" stroke="red" stroke-dasharray="5 3"/>`],
  ['a traced outline of four thousand curves', `<path fill="red" d="${arcs(4000)}"/>${DISC}`],
  ['twenty-five thousand elements', `${'<g/>'.repeat(25_000)}${DISC}`],
  [
    'HTML beside a drawing',
    `<foreignObject width="9" height="9"><p xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>${DISC}`,
  ],
  ['entities of entities', `${DISC}<text>&b;</text>`],
])('%s is drawn', async (_what, content) => {
  const prolog = '<!DOCTYPE svg [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>';
  const picture = await drawn(svg(content, undefined, prolog));
  const [red, , , alpha] = colourAt(picture, 50, 75);
  expect([red! > 100, alpha! > 100]).toEqual([true, true]);
  expect(isClear(picture, 99, 0)).toBe(true);
});

describe('the size of an SVG is that of CSS pixels', () => {
  test.each([
    ['width="100" height="50"', 100, 50],
    ['width="100px" height="50PX"', 100, 50],
    ['width="100mm" height="50mm"', 378, 189],
    ['width="10cm" height="5cm"', 378, 189],
    ['width="2in" height="1in"', 192, 96],
    ['width="100pt" height="50pt"', 133, 67],
    ['width="10pc" height="5pc"', 160, 80],
    ['width="400q" height="200Q"', 378, 189],
    ['width="10em" height="5em"', 160, 80],
    ['width="10rem" height="5rem"', 160, 80],
    ['width="20ex" height="10ex"', 160, 80],
    ['width="1.5e2" height="+75"', 150, 75],
    ['width=" 100 " height="50"', 100, 50],
    ['width="100"', 100, 50],
    ['height="100"', 200, 100],
    ['width="100%" height="100%"', 240, 120],
    ['width="50%" height="100"', 200, 100],
    ['width="auto" height="100"', 200, 100],
    ['width="-5" height="0"', 240, 120],
    ['width="calc(1px + 2px)"', 240, 120],
    ['width="7" height="7" style="width: 100px; HEIGHT:50px !important"', 100, 50],
    ['width="100" height="100" style="width:100%;height:auto;max-width:240px"', 240, 120],
    ['', 240, 120],
  ])('%s is %i x %i', async (size, width, height) => {
    const { width: w, height: h } = await rendered(svg(GROUND, `${size} viewBox="0 0 240 120"`));
    expect([w, h]).toEqual([width, height]);
  });

  test.each([
    ['', 300, 150],
    ['width="100"', 100, 150],
    ['height="40"', 300, 40],
    ['width="100" height="40"', 100, 40],
    ['width="100" height="40" viewBox="0 0 0 10"', 100, 40],
    ['width="100" height="40" viewBox="none"', 100, 40],
  ])('%s without a viewBox is %i x %i, and scales as a whole', async (size, width, height) => {
    const original = svg('<rect width="50%" height="50%" fill="red"/>', size);
    const { width: w, height: h } = await rendered(original);
    expect([w, h]).toEqual([width, height]);
    const large = await drawn(original, { width: width * 2 });
    expect([large.width, large.height]).toEqual([width * 2, height * 2]);
    expect(colourAt(large, width - 1, height - 1)).toEqual(RED);
    expect(isClear(large, width, height)).toBe(true);
  });
});

test('`svgScale` makes the size `full` larger or smaller than the SVG states, up to what `full` allows, and no other', async () => {
  const original = svg(GROUND, 'width="200" height="100"');
  const sizeOf = async (settings: object, variant: Partial<Variant> = {}) => {
    const { width, height } = await rendered(original, variant, settings);
    return [width, height];
  };
  expect(await sizeOf({ svgScale: 2 })).toEqual([400, 200]);
  expect(await sizeOf({ svgScale: 0.5 })).toEqual([100, 50]);
  expect(await sizeOf({ svgScale: 16, full: 1_000 })).toEqual([1_000, 500]);
  expect(await sizeOf({ svgScale: 2 }, { width: 320 })).toEqual([320, 160]);
  const photo = await rendered('photo.jpg', {}, { svgScale: 2 });
  expect([photo.width, photo.height]).toEqual([240, 160]);
});

/** Width by height of what is red. */
async function proportions(original: string, variant: Partial<Variant>): Promise<number> {
  const { data, width, height } = await drawn(original, variant);
  const [columns, rows] = [new Set<number>(), new Set<number>()];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      if (data[at]! < 150 || data[at + 1]! > 120) continue;
      columns.add(x);
      rows.add(y);
    }
  }
  return columns.size / rows.size;
}

describe('a circle stays round', () => {
  test.each([
    [2.4, 1, ''],
    [7.4, 1.4, ''],
    [24.5, 12.3, ''],
    [120.4, 19.5, ''],
    [1, 0.4, ''],
    [0.04, 0.03, ''],
    [1543, 1059.5, 'width="3.491ex" height="2.397ex"'],
    [24, 24, 'width="1em" height="1em"'],
    [24, 24, 'width="30.2" height="11.7"'],
  ])('in %f x %f %s, at whatever size', async (width, height, size) => {
    const original = circle(width, height, size);
    for (const variant of [
      { width: 640 },
      { height: 480 },
      { width: 300, height: 300, fit: 'cover' },
      { width: 600, height: 600, fit: 'contain' },
    ] as Partial<Variant>[]) {
      expect(Math.abs((await proportions(original, variant)) - 1)).toBeLessThan(0.015);
    }
  });

  test('unless it is to fill a box', async () => {
    for (const size of ['', 'width="200" height="50"']) {
      const ratio = await proportions(circle(100, 50, size), { width: 400, height: 100, fit: 'fill' });
      expect(ratio).toBeCloseTo(size ? 1 : 2, 1);
    }
  });

  test('and its edges are sharp, as nothing is resampled', async () => {
    const { data } = await drawn(svg('<path d="M0 0H1.2V1H0Z" fill="red"/>', 'viewBox="0 0 2.4 1"'), { width: 640 });
    const between = data.filter((value, at) => at % 4 === 3 && value !== 0 && value !== 255);
    expect(between).toHaveLength(0);
  });
});

test('what the aspect ratio leaves free stays clear, and shares are those of the viewBox', async () => {
  const picture = await drawn(svg(GROUND, 'width="200" height="100" viewBox="0 0 50 50"'), { width: 400 });
  expect([picture.width, picture.height]).toEqual([400, 200]);
  expect([90, 110, 290, 310].map((x) => isClear(picture, x, 100))).toEqual([true, false, false, true]);
  const left = await drawn(svg(GROUND, `width='200' height='100' viewBox='0 0 50 50' preserveAspectRatio='xMinYMin'`), {
    width: 400,
  });
  expect([10, 190, 210].map((x) => isClear(left, x, 100))).toEqual([false, false, true]);
});

test('a style sheet of the file does not change the size that is asked for', async () => {
  const styled = svg(`<style>svg { width: 10px !important; height: 10% }</style>${GROUND}`, 'viewBox="0 0 100 100"');
  const picture = await drawn(styled, { width: 300 });
  expect([picture.width, colourAt(picture, 299, 299)]).toEqual([300, RED]);
});

describe('the root element is read', () => {
  const ROOT = 'xmlns="http://www.w3.org/2000/svg"';

  test.each<[string, string]>([
    [
      'after comments and instructions',
      `<!-- <svg width="9"> --><?xml-model href="a>b"?><!--\n--><svg ${ROOT} width="30" height="20">${GROUND}</svg>`,
    ],
    [
      'with entities',
      `<!DOCTYPE svg [<!ENTITY ns "http://www.w3.org/2000/svg"> <!ENTITY w '30'><!-- > ] --><!ELEMENT svg ANY>]><svg xmlns="&ns;" width="&w;" height="20">${GROUND}</svg>`,
    ],
    [
      'in single quotes',
      `<svg xmlns='http://www.w3.org/2000/svg' width='30' height='20' style='fill:"a"'>${GROUND}</svg>`,
    ],
    [
      'with a prefix',
      `<s:svg xmlns:s="http://www.w3.org/2000/svg" width="30" height="20">${GROUND.replace('<', '<s:')}</s:svg>`,
    ],
    ['over many lines', `<svg\r\n  width = "30"\r\n\theight\n=\n"20"\n${ROOT}\n>${GROUND}</svg\n>`],
    [
      'with < and > in attributes',
      `<svg ${ROOT} content="&lt;a&gt; width='9'>" width="30" height="20">${GROUND}</svg>`,
    ],
    [
      'after white space and a declaration',
      `\n <?xml version="1.0"?>\n<svg ${ROOT} width="30" height="20">${GROUND}</svg>`,
    ],
    [
      'with attributes of other namespaces',
      `<svg ${ROOT} xmlns:a="urn:a" a:width="9" width="30" a:viewBox="0 0 1 1" height="20">${GROUND}</svg>`,
    ],
    [
      'behind ten thousand comments',
      `${'<!-- a -->\n'.repeat(10_000)}<svg ${ROOT} width="30" height="20">${GROUND}</svg>`,
    ],
  ])('%s', async (_how, text) => {
    const picture = await drawn(text, { width: 60 });
    expect([picture.width, picture.height]).toEqual([60, 40]);
    expect(colourAt(picture, 59, 39)).toEqual(RED);
  });

  test.each<[string, string]>([
    ['spaces in an attribute', `<svg ${ROOT} width="${' '.repeat(200_000)}x" viewBox="0 0 10 10">${GROUND}</svg>`],
    ['spaces around an attribute', `<svg ${ROOT}${' '.repeat(200_000)}viewBox="0 0 10 10">${GROUND}</svg>`],
    ['digits in an attribute', `<svg ${ROOT} width="${'1'.repeat(200_000)}x" viewBox="0 0 10 10">${GROUND}</svg>`],
    ['commas in a viewBox', `<svg ${ROOT} viewBox="0 0 10 10${','.repeat(200_000)}">${GROUND}</svg>`],
    ['semicolons in a style', `<svg ${ROOT} style="${'a:b; '.repeat(50_000)}" viewBox="0 0 10 10">${GROUND}</svg>`],
    ['attributes', `<svg ${ROOT} ${Array.from({ length: 5_000 }, (_, at) => `a${at}=""`).join(' ')}>${GROUND}</svg>`],
    ['entities that are not closed', `<!DOCTYPE svg [${'<!ENTITY a '.repeat(20_000)}]><svg ${ROOT}/>`],
    ['data URIs without an end', `<svg ${ROOT}><desc>${'data:image/gif;base64,'.repeat(20_000)}</desc></svg>`],
    ['starts of HTML without an end', `<svg ${ROOT}><desc>${'<foreignObject '.repeat(20_000)}</desc></svg>`],
    ['spaces in a declaration', `<?xml ${' '.repeat(200_000)}?><svg ${ROOT}/>`],
  ])('however much there is of it: %s', async (_what, text) => {
    const outcome = await tryRender(Buffer.from(text), { width: 10 });
    expect(isFailure(outcome) ? outcome.code : 'rendered').toMatch(/^(?:rendered|CORRUPT)$/);
  });

  test('but not one that comes after a megabyte of something else', async () => {
    expect(await codeOf(svg(DISC, undefined, `<!--${'x'.repeat(1.1e6)}-->`))).toBe('UNSUPPORTED');
  });
});

describe('text in other encodings', () => {
  const TEXT =
    '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><g id="ä"><rect id="é" width="30" height="20" fill="red"/></g></svg>';
  const utf16 = (text: string, order: 'le' | 'be'): Buffer =>
    order === 'le' ? Buffer.from(text, 'utf16le') : Buffer.from(text, 'utf16le').swap16();
  const declared = (encoding: string): string => `<?xml version="1.0" encoding="${encoding}"?>\n${TEXT}`;

  test.each<[string, Buffer]>([
    ['UTF-8 with a byte-order mark', Buffer.from(`\ufeff${declared('UTF-8')}`)],
    ['UTF-16LE with a byte-order mark', utf16(`\ufeff${declared('UTF-16')}`, 'le')],
    ['UTF-16BE with a byte-order mark', utf16(`\ufeff${declared('UTF-16')}`, 'be')],
    ['UTF-16LE without one', utf16(declared('UTF-16'), 'le')],
    ['UTF-16BE without one', utf16(TEXT, 'be')],
    ['UTF-8 that says it is UTF-16', Buffer.from(declared('utf-16'))],
    ['ISO-8859-1', Buffer.from(declared('ISO-8859-1'), 'latin1')],
    ['Windows-1252 in single quotes', Buffer.from(declared('windows-1252').replaceAll('"', "'"), 'latin1')],
    ['US-ASCII', Buffer.from(declared('us-ascii').replaceAll(/[äé]/g, 'x'))],
  ])('%s is read', async (_encoding, original) => {
    const picture = await drawn(original);
    expect([picture.width, picture.height, colourAt(picture, 29, 19)]).toEqual([30, 20, RED]);
  });

  test('letters are those of the encoding', async () => {
    const cyrillic = (encoding: string, bytes: Buffer) =>
      Buffer.concat([
        Buffer.from(
          `<?xml version="1.0" encoding="${encoding}"?><svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><text y="24" font-size="24">`,
        ),
        bytes,
        Buffer.from('</text></svg>'),
      ]);
    const as1251 = await drawn(cyrillic('windows-1251', Buffer.from([0xc6, 0xf3, 0xea])));
    const asUtf8 = await drawn(cyrillic('utf-8', Buffer.from('Жук')));
    expect(difference(as1251, asUtf8)).toBe(0);
  });

  test.each([
    ['an encoding that nobody knows', Buffer.from(declared('x-mine'))],
    ['bytes that are not UTF-8', Buffer.from(TEXT, 'latin1')],
  ])('%s is corrupt', async (_what, original) => {
    expect(await codeOf(original)).toBe('CORRUPT');
  });
});

describe('embedded pictures', () => {
  const image = (type: string, picture: Buffer, wrap = (base64: string) => base64): Buffer =>
    svg(
      `<image width="100" height="100" preserveAspectRatio="none" xlink:href="data:${type};base64,${wrap(picture.toString('base64'))}"/>`,
    );

  test.each(['png', 'jpeg', 'gif', 'webp', 'avif'] as const)('of %s are drawn', async (format) => {
    const picture = await scene(100).toFormat(format).toBuffer();
    const expected = await pictureOf(sharp(picture).resize(100, 100, { fit: 'fill' }));
    const wrapped = (base64: string) => base64.replaceAll(/.{76}/g, '$&&#10;\n');
    for (const original of [image(`image/${format}`, picture), image(`image/${format}`, picture, wrapped)]) {
      expect(difference(await drawn(original), expected)).toBeLessThan(6);
    }
  });

  test('of more bytes than the parser takes for one text are drawn', async () => {
    const picture = await scene().resize(2000).png({ compressionLevel: 0 }).toBuffer();
    expect(picture.length * 1.33).toBeGreaterThan(10e6);
    const expected = await pictureOf(sharp(picture).resize(100, 100, { fit: 'fill' }));
    expect(difference(await drawn(image('image/png', picture)), expected)).toBeLessThan(12);
  });

  test('that are damaged, or too large to be unpacked, are left out', async () => {
    const gif = await scene(100).gif().toBuffer();
    for (const picture of [gif.subarray(0, 60), Buffer.from('no picture at all, but long enough')]) {
      expect(isEmpty(await drawn(image('image/gif', picture)))).toBe(true);
    }
    const large = image('image/gif', await scene(400).gif().toBuffer());
    expect(isEmpty(await drawn(large))).toBe(false);
    expect(isEmpty(await pictureOf((await rendered(large, {}, { maxPixels: 20_000 })).body))).toBe(true);
  });
});

describe('what a browser would show as HTML', () => {
  const html = (attributes: string): string =>
    `<switch><foreignObject ${attributes} width="100%" height="100%"><p xmlns="http://www.w3.org/1999/xhtml">a</p></foreignObject>${DISC}</switch>`;

  test.each([
    '',
    'requiredFeatures="http://www.w3.org/TR/SVG11/feature#Extensibility"',
    'requiredExtensions="http://www.w3.org/1999/xhtml"',
    'style="overflow: visible"',
  ])('is passed over for what a switch has in its place (%s)', async (attributes) => {
    expect(colourAt(await drawn(svg(html(attributes))), 50, 50)).toEqual(RED);
  });

  test('is no reason to say that it cannot be shown, where the rest is', async () => {
    const drawio = DRAWINGS.drawio;
    const without = drawio.replace(/<switch><g requiredFeatures.*<\/switch>(?=<\/svg>)/, '');
    expect(without).not.toBe(drawio);
    expect(difference(await drawn(drawio), await drawn(without))).toBe(0);
    expect(difference(await drawn(drawio), await drawn(drawio.replaceAll(/Start|End/g, '')))).toBeGreaterThan(0.1);
  });
});

test('a size that is stated in a drawing costs nothing by itself', async () => {
  for (const size of ['50000', '1e9', '1e300', '9'.repeat(400)]) {
    const original = svg(DISC, `width="${size}" height="${size}" viewBox="0 0 100 100"`);
    const { width, height } = await rendered(original, { width: 200 });
    expect([width, height]).toEqual([200, 200]);
  }
});

test('a drawing is drawn with no more pixels than the limit', async () => {
  const { width, height } = await rendered(svg(DISC), { width: 16_000, target: 'jpeg' });
  expect([width, height]).toEqual([4_000, 4_000]);
  const { width: capped } = await rendered(svg(DISC), { width: 1_000 }, { maxPixels: 10_000 });
  expect(capped).toBe(100);
});

test('a drawing that is very long in one direction is not drawn longer to be cropped', async () => {
  const long = svg(DISC, 'width="100" height="10000" viewBox="0 0 100 10000"');
  const { width, height } = await rendered(long, { width: 1600, height: 400, fit: 'cover' });
  expect(width / height).toBeCloseTo(4, 0);
  expect(width * height).toBeLessThan(1600 * 400);
  const ribbon = await rendered(svg(GROUND, 'viewBox="0 0 100000 1"'), { width: 16_384 });
  expect([ribbon.width, ribbon.height]).toEqual([16_384, 1]);
});

test.each<[string, Buffer]>([
  ['an element that is not closed', svg('<g><rect></g>')],
  ['an attribute without quotes', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width=5/>')],
  ['an attribute twice', svg(DISC, 'width="5" width="5"')],
  ['an end before the root element has one', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="5"')],
  ['nothing but a comment', Buffer.from('<!-- <svg/> -->')],
])('what is not well-formed is corrupt: %s', async (_what, original) => {
  expect(await codeOf(original)).toBe('CORRUPT');
});

test('half a drawing is corrupt', async () => {
  expect(await codeOf((await fixture('drawing.svg')).subarray(0, -4))).toBe('CORRUPT');
});
