import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { isFailure } from '../../../edge/failure';
import { EXAMPLE, exampleFont } from './fixtures/font';
import { colourAt, difference, pictureOf, tryRender } from './picture';

/** What anything that is fetched or opened would paint. */
const FOREIGN = '#ff00ff';

const SVG = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';
const foreignSvg = `<svg ${SVG} width="100" height="100"><style>rect{fill:${FOREIGN}}</style><g id="a"><rect id="r" width="100" height="100"/></g>
<linearGradient id="g"><stop stop-color="${FOREIGN}"/></linearGradient><pattern id="p" width="9" height="9" patternUnits="userSpaceOnUse"><rect width="9" height="9"/></pattern>
<filter id="f"><feFlood flood-color="${FOREIGN}"/></filter><mask id="m"><rect width="100" height="100" fill="#fff"/></mask><clipPath id="c"><rect width="100" height="100"/></clipPath>
<marker id="k" markerWidth="99" markerHeight="99"><rect width="99" height="99"/></marker></svg>`;

let folder: string;
let server: Server;
const requests: string[] = [];
const bodies: Record<string, Buffer> = {};
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'references-'));
  bodies['a.svg'] = Buffer.from(foreignSvg);
  bodies['a.png'] = await sharp({ create: { width: 100, height: 100, channels: 3, background: FOREIGN } })
    .png()
    .toBuffer();
  bodies['a.css'] = Buffer.from(`rect, circle { fill: ${FOREIGN} }`);
  bodies['a.dtd'] = Buffer.from(
    `<!ENTITY e "<rect xmlns='http://www.w3.org/2000/svg' width='100' height='100' fill='${FOREIGN}'/>">`,
  );
  bodies['a.txt'] = bodies['a.dtd'].subarray(13, -2);
  bodies['a.ttf'] = exampleFont();
  for (const [name, body] of Object.entries(bodies)) writeFileSync(join(folder, name), body);
  server = createServer((request, response) => {
    requests.push(request.url!);
    response.end(bodies[request.url!.slice(1)] ?? '');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const PLAIN = '<circle cx="50" cy="50" r="40" fill="#080"/>';

/** Every place of an SVG where a reference can stand; `to` gives it the address of a file. */
const PLACES: Record<string, (to: (file: string) => string) => string> = {
  'image href': (to) => `<image href="${to('a.png')}" width="100" height="100"/>`,
  'image xlink:href': (to) => `<image xlink:href="${to('a.png')}" width="100" height="100"/>`,
  'image of an SVG': (to) => `<image href="${to('a.svg')}" width="100" height="100"/>`,
  use: (to) => `<use href="${to('a.svg')}#a"/><use xlink:href="${to('a.svg')}"/>`,
  feImage: (to) =>
    `<filter id="f"><feImage href="${to('a.png')}" xlink:href="${to('a.png')}"/></filter><g filter="url(#f)"/>`,
  pattern: (to) => `<pattern id="p" xlink:href="${to('a.svg')}#p"/><rect width="100" height="100" fill="url(#p)"/>`,
  gradients: (to) =>
    `<linearGradient id="g" href="${to('a.svg')}#g"/><radialGradient id="h" xlink:href="${to('a.svg')}#g"/><path d="M0 0H9V9z" fill="url(#g)" stroke="url(#h)"/>`,
  filter: (to) =>
    `<filter id="f" xlink:href="${to('a.svg')}#f"/><g filter="url(#f)"><rect width="9" height="9" fill="none"/></g>`,
  textPath: (to) => `<text><textPath href="${to('a.svg')}#r" xlink:href="${to('a.svg')}#r"/></text>`,
  tref: (to) => `<text><tref xlink:href="${to('a.txt')}"/></text>`,
  a: (to) => `<a href="${to('a.png')}" xlink:href="${to('a.png')}"><path d=""/></a>`,
  'an animation': (to) =>
    `<g><animate href="${to('a.svg')}#a" attributeName="x"/><set xlink:href="${to('a.svg')}#a"/></g>`,
  mpath: (to) => `<path d=""><animateMotion><mpath href="${to('a.svg')}#a"/></animateMotion></path>`,
  script: (to) => `<script href="${to('a.txt')}" xlink:href="${to('a.txt')}"/>`,
  'fill and stroke': (to) =>
    `<path d="M0 0H9V9z" fill="url(${to('a.svg')}#g) none" stroke="url('${to('a.svg')}#p') none"/>`,
  'a filter property': (to) => `<g filter="url(${to('a.svg')}#f)"><path d="M0 0H9V9z" fill="none"/></g>`,
  'mask and clip-path': (to) =>
    `<g mask="url(${to('a.svg')}#m)"><path d=""/></g><g clip-path="url(&quot;${to('a.svg')}#c&quot;)"><path d=""/></g>`,
  markers: (to) =>
    `<path d="M0 0H9V9" fill="none" marker-start="url(${to('a.svg')}#k)" marker-mid="url(${to('a.svg')}#k)" style="marker-end:url(${to('a.svg')}#k)"/>`,
  cursor: (to) => `<g cursor="url(${to('a.png')}), auto" style="cursor:url(${to('a.png')})"/>`,
  '@import': (to) => `<style>@import url(${to('a.css')}); @import "${to('a.css')}";</style>`,
  '@font-face': (to) =>
    `<style>@font-face { font-family: ${EXAMPLE}; src: url(${to('a.ttf')}) }</style><text font-family="${EXAMPLE}" fill="none">a</text>`,
  'a background': (to) => `<g style="background: url(${to('a.png')}); list-style-image: url(${to('a.png')})"/>`,
  'color-profile': (to) => `<color-profile name="p" xlink:href="${to('a.txt')}"/>`,
  'a font of SVG 1.1': (to) =>
    `<font-face font-family="x"><font-face-src><font-face-uri xlink:href="${to('a.svg')}#a"/></font-face-src></font-face>`,
  'HTML in it': (to) =>
    `<foreignObject width="100" height="100"><body xmlns="http://www.w3.org/1999/xhtml"><link rel="stylesheet" href="${to('a.css')}"/><img src="${to('a.png')}"/><iframe src="${to('a.svg')}"/><object data="${to('a.svg')}"/><video poster="${to('a.png')}" src="${to('a.png')}"/></body></foreignObject>`,
  XInclude: (to) =>
    `<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="${to('a.txt')}"/><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="${to('a.txt')}" parse="text"/>`,
  'a base': (to) => `<g xml:base="${to('')}"><image href="a.png" width="100" height="100"/><use href="a.svg#a"/></g>`,
  'a drawing in it': (to) =>
    `<image width="100" height="100" href="data:image/svg+xml;base64,${Buffer.from(
      `<svg ${SVG} width="100" height="100"><image href="${to('a.png')}" width="100" height="100"/><use href="${to('a.svg')}#a"/></svg>`,
    ).toString('base64')}"/>`,
};

/** What comes before the root element, and has references, too. */
const PROLOGS: Record<string, (to: (file: string) => string) => string> = {
  'a style sheet': (to) => `<?xml-stylesheet type="text/css" href="${to('a.css')}"?>`,
  'a style sheet of XSLT': (to) => `<?xml-stylesheet type="text/xsl" href="${to('a.txt')}"?>`,
  'a DOCTYPE': (to) => `<!DOCTYPE svg SYSTEM "${to('a.dtd')}">`,
  'a public DOCTYPE': (to) => `<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "${to('a.dtd')}">`,
  'an external entity': (to) => `<!DOCTYPE svg [<!ENTITY e SYSTEM "${to('a.txt')}">]>`,
  'an entity of parameters': (to) => `<!DOCTYPE svg [<!ENTITY % p SYSTEM "${to('a.dtd')}"> %p;]>`,
  'a notation': (to) =>
    `<!DOCTYPE svg [<!NOTATION n SYSTEM "${to('a.dtd')}"><!ENTITY u SYSTEM "${to('a.png')}" NDATA n>]>`,
};

const WAYS: Record<string, () => (file: string) => string> = {
  'over HTTP': () => (file) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/${file}`,
  'without a scheme': () => (file) => `//127.0.0.1:${(server.address() as AddressInfo).port}/${file}`,
  'as a file': () => (file) => `file://${folder}/${file}`,
  'by its path': () => (file) => `${folder}/${file}`,
  'from where the process runs': () => (file) => `${'../'.repeat(20).slice(0, -1)}${folder}/${file}`,
};

const svgOf = (content: string, prolog = ''): Buffer =>
  Buffer.from(`${prolog}<svg ${SVG} width="100" height="100">${PLAIN}${content}</svg>`);

/** @returns whether it was drawn, which is to be as if the reference were not there */
async function expectNothingLoaded(original: Buffer): Promise<boolean> {
  requests.length = 0;
  const outcome = await tryRender(original);
  expect(requests).toEqual([]);
  if (isFailure(outcome)) return false;
  const alone = await tryRender(svgOf(''));
  if (isFailure(alone)) throw new Error(alone.message);
  expect(difference(await pictureOf(outcome.body), await pictureOf(alone.body))).toBe(0);
  return true;
}

export interface Reference {
  place: string;
  way: string;
  expectIgnored(): Promise<void>;
}

/**
 * References to what is outside of an SVG, and how to check that nothing is loaded for them.
 * @param ways how many ways of reference there are of each place; 1 gives each place another
 */
export function references(ways = Object.keys(WAYS).length): Reference[] {
  const waysOf = (index: number) =>
    Array.from({ length: ways }, (_, more) => Object.entries(WAYS)[(index + more) % Object.keys(WAYS).length]!);
  const within = (places: typeof PLACES, expectIgnored: (content: string) => Promise<void>) =>
    Object.entries(places).flatMap(([place, make], index) =>
      waysOf(index).map(([way, to]) => ({ place, way, expectIgnored: () => expectIgnored(make(to())) })),
    );
  return [
    ...within(PLACES, async (content) => {
      // The rest is drawn.
      expect(await expectNothingLoaded(svgOf(content))).toBe(true);
    }),
    ...within(PROLOGS, async (prolog) => {
      expect(await expectNothingLoaded(svgOf('', prolog))).toBe(true);
      // One that nothing stands for may as well be an error.
      await expectNothingLoaded(svgOf('&e;', prolog));
      await expectNothingLoaded(
        Buffer.from(`${prolog}<svg ${SVG} width="100" height="100" viewBox="&e;">${PLAIN}</svg>`),
      );
    }),
  ];
}

/** Checks that the same is drawn where it is inside of the SVG. */
export async function expectInsideDrawn(): Promise<void> {
  const uri = `data:image/png;base64,${bodies['a.png']!.toString('base64')}`;
  for (const content of [
    `<image href="${uri}" width="100" height="100"/>`,
    `<image xlink:href="${uri}" width="100" height="100"/>`,
    `<filter id="f" x="0" y="0" width="1" height="1"><feImage href="${uri}"/></filter><rect width="100" height="100" filter="url(#f)"/>`,
    `<defs>${foreignSvg.replace('<svg', '<symbol').replace('</svg>', '</symbol>')}</defs><use href="#a"/>`,
  ]) {
    const outcome = await tryRender(svgOf(content));
    if (isFailure(outcome)) throw new Error(outcome.message);
    expect(colourAt(await pictureOf(outcome.body), 50, 50)).toEqual([255, 0, 255, 255]);
  }
}
