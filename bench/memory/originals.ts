/** The originals that need the most memory to render, and bombs that have to be refused. */
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { chunked, frameBomb } from './files';

export interface Original {
  name: string;
  make: () => Promise<Buffer>;
}

/** Noise, which makes a file as large as a photograph's. */
const noise = (width: number, height: number, sigma: number): Sharp =>
  sharp({
    create: { width, height, channels: 3, background: '#808080', noise: { type: 'gaussian', mean: 128, sigma } },
  });

const flat = (side: number): Sharp =>
  sharp({ create: { width: side, height: side, channels: 3, background: '#36c' }, limitInputPixels: false });

const svg = (content: string, before = ''): Promise<Buffer> =>
  Promise.resolve(
    Buffer.from(`${before}<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="1000">${content}</svg>`),
  );

/** As from a camera or a scanner. */
export const ORIGINALS: Original[] = [
  { name: 'JPEG, 24 MP', make: () => noise(6000, 4000, 10).jpeg({ quality: 90 }).toBuffer() },
  {
    name: 'progressive JPEG, 24 MP',
    make: () => noise(6000, 4000, 10).jpeg({ quality: 90, progressive: true }).toBuffer(),
  },
  {
    name: 'PNG, 18 MP',
    make: () => noise(5184, 3456, 36).png({ compressionLevel: 1, adaptiveFiltering: false }).toBuffer(),
  },
];

/** The largest of each kind within the limits. */
export const LARGEST: Original[] = [
  {
    name: 'progressive JPEG, 50 MP',
    make: () => noise(8660, 5773, 6).jpeg({ quality: 80, progressive: true }).toBuffer(),
  },
  {
    name: 'interlaced PNG, 24 MP',
    make: () => noise(6000, 4000, 6).png({ progressive: true, compressionLevel: 1 }).toBuffer(),
  },
  { name: 'AVIF, 16 MP', make: () => noise(4898, 3265, 6).avif({ effort: 0 }).toBuffer() },
  { name: 'GIF of 60 frames, 50 MP in all', make: () => Promise.resolve(frameBomb(60, 1000, 833)) },
];

/** One bit a pixel, of a single colour: 97 kB for 2.5 gigapixels. */
function emptyPng(side: number): Promise<Buffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 1;
  const rows = Buffer.alloc((side * side) / 8 + side);
  return Promise.resolve(
    chunked([
      ['IHDR', header],
      ['IDAT', deflateSync(rows, { level: 9 })],
      ['IEND', Buffer.alloc(0)],
    ]),
  );
}

const useBomb = (levels: number): string =>
  `<defs><rect id="a0" width="1000" height="1000"/>${Array.from(
    { length: levels },
    (_, at) => `<g id="a${at + 1}">${`<use href="#a${at}"/>`.repeat(10)}</g>`,
  ).join('')}</defs><use href="#a${levels}"/>`;

const entityBomb = `<!DOCTYPE svg [<!ENTITY e0 "lol">${Array.from(
  { length: 9 },
  (_, at) => `<!ENTITY e${at + 1} "${`&e${at};`.repeat(10)}">`,
).join('')}]>`;

export const BOMBS: Original[] = [
  {
    name: 'interlaced PNG, 16,000 x 16,000',
    make: () => flat(16_000).toColourspace('b-w').png({ progressive: true }).toBuffer(),
  },
  { name: 'progressive JPEG, 16,000 x 16,000', make: () => flat(16_000).jpeg({ progressive: true }).toBuffer() },
  { name: 'PNG, 50,000 x 50,000', make: () => emptyPng(50_000) },
  { name: 'AVIF, 8,000 x 8,000', make: () => flat(8000).avif({ effort: 0 }).toBuffer() },
  { name: 'WebP, 8,000 x 8,000', make: () => flat(8000).webp({ effort: 0 }).toBuffer() },
  { name: 'TIFF, 16,000 x 16,000', make: () => flat(16_000).tiff({ compression: 'deflate' }).toBuffer() },
  { name: 'GIF of 100,000 frames', make: () => Promise.resolve(frameBomb(100_000, 1000, 1000)) },
  { name: 'GIF of 10,000 x 10,000, 100 frames', make: () => Promise.resolve(frameBomb(100, 10_000, 10_000)) },
  { name: 'SVG, 10^8 uses', make: () => svg(useBomb(8)) },
  {
    name: 'SVG, filters',
    make: () =>
      svg(
        `<filter id="f">${'<feTurbulence numOctaves="99"/><feGaussianBlur stdDeviation="300"/>'.repeat(50)}</filter><rect width="1000" height="1000" filter="url(#f)"/>`,
      ),
  },
  { name: 'SVG, 10^9 entities', make: () => svg('<text>&e9;</text>', entityBomb) },
  { name: 'SVG, compressed', make: async () => gzipSync(await svg(' '.repeat(100e6))) },
  {
    name: 'SVG, 10^9 wide',
    make: () =>
      Promise.resolve(
        Buffer.from(
          '<svg xmlns="http://www.w3.org/2000/svg" width="1000000000" height="1000000000"><rect width="100%" height="100%"/></svg>',
        ),
      ),
  },
  {
    name: 'zip',
    make: () =>
      Promise.resolve(
        Buffer.concat([Buffer.from('PK\x03\x04\x14\0\0\0\x08\0', 'latin1'), deflateRawSync(Buffer.alloc(100e6))]),
      ),
  },
];
