/**
 * Makes the HEICs among the fixtures: pictures of the painted scene as several makers structure them. It needs
 * `heif-enc` and `ffmpeg`, both with x265, of the Debian packages libheif-examples and ffmpeg.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { boxOf, boxesIn } from '../../edge/render/heif/boxes';
import { DISPLAY_P3 } from '../../edge/render/colour/wide-gamut';
import { fixture, scene } from '../edge/render/fixtures';
import { type Item, grid, property, writeHeif } from '../edge/render/fixtures/heic-boxes';

const TARGET = join(__dirname, '../edge/render/fixtures/heic');

const folder = mkdtempSync(join(tmpdir(), 'heic-'));
const [INPUT, OUTPUT, FILM] = ['in.png', 'out.heic', 'out.mp4'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];

/** One picture by libheif and x265. */
async function byLibheif(image: Sharp | Buffer, ...options: string[]): Promise<Buffer> {
  writeFileSync(INPUT, Buffer.isBuffer(image) ? image : await image.png().toBuffer());
  execFileSync('heif-enc', ['-q', '90', ...options, INPUT, '-o', OUTPUT], { stdio: 'ignore' });
  return readFileSync(OUTPUT);
}

/** What a picture is coded as: its configuration and its data. */
type Coded = Pick<Item, 'data'> & { configuration: Buffer };

function codedIn(heic: Buffer): Coded {
  const at = heic.indexOf('hvcC') - 4;
  const data = boxOf(heic, 'mdat', 0, heic.length)!;
  return {
    configuration: heic.subarray(at, at + heic.readUInt32BE(at)),
    data: heic.subarray(data.content, data.end),
  };
}

/** The same by ffmpeg, as the first frame of a film. */
async function byFfmpeg(image: Sharp, pixels: string, parameters: string): Promise<Coded> {
  writeFileSync(INPUT, await image.png().toBuffer());
  const codec = ['-c:v', 'libx265', '-preset', 'fast', '-tag:v', 'hvc1', '-x265-params', parameters];
  const filter = ['-vf', 'scale=out_color_matrix=bt709:out_range=tv', '-pix_fmt', pixels];
  execFileSync('ffmpeg', ['-y', '-i', INPUT, ...filter, '-frames:v', '1', ...codec, FILM], { stdio: 'ignore' });
  const film = readFileSync(FILM);
  const data = [...boxesIn(film, 0, film.length)].find(({ name }) => name === 'mdat')!;
  const at = film.indexOf('hvcC') - 4;
  return { configuration: film.subarray(at, at + film.readUInt32BE(at)), data: film.subarray(data.content, data.end) };
}

/** EXIF with an orientation, which the boxes around the picture repeat. */
const exif = (orientation: number): Buffer =>
  Buffer.from(
    `\0\0\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0${String.fromCharCode(orientation)}\0\0\0\0\0\0`,
    'latin1',
  );

/** Upright for `rotation(3)`, which turns to the right: as a phone held upright stores it. */
const turned = (image: Sharp): Promise<Buffer> =>
  image
    .png()
    .toBuffer()
    .then((png) => sharp(png).rotate(270).png().toBuffer());

const TILE = 128;

/** As iPhones write it: tiles in a grid, Display P3, turned by a box and by EXIF, with a thumbnail and hidden tiles. */
async function phone(): Promise<Buffer> {
  const inP3 = await sharp(await turned(scene()))
    .withIccProfile('p3')
    .png()
    .toBuffer();
  const { width, height } = await sharp(inP3).metadata();
  const [columns, rows] = [Math.ceil(width / TILE), Math.ceil(height / TILE)];
  const padded = await sharp(inP3, { ignoreIcc: true })
    .extend({ right: columns * TILE - width, bottom: rows * TILE - height, extendWith: 'copy' })
    .png()
    .toBuffer();
  const tiles: Item[] = [];
  for (let at = 0; at < columns * rows; at++) {
    const place = { left: (at % columns) * TILE, top: Math.floor(at / columns) * TILE, width: TILE, height: TILE };
    const { configuration, data } = codedIn(await byLibheif(sharp(padded, { ignoreIcc: true }).extract(place)));
    tiles.push({ type: 'hvc1', data, properties: [configuration, property.size(TILE, TILE)], isHidden: true });
  }
  const small = codedIn(await byLibheif(sharp(inP3, { ignoreIcc: true }).resize(40)));
  const thumbnailSize = property.size(40, 60);
  const whole: Item = {
    type: 'grid',
    data: grid(columns, rows, width, height),
    properties: [property.profile(DISPLAY_P3), property.size(width, height), property.rotation(3)],
    isInside: true,
  };
  const thumbnail: Item = { type: 'hvc1', data: small.data, properties: [small.configuration, thumbnailSize] };
  const number = tiles.length + 1;
  return writeHeif({
    items: [...tiles, whole, thumbnail, { type: 'Exif', data: exif(6), isHidden: true }],
    primary: number,
    references: [
      { type: 'dimg', from: number, to: tiles.map((_, index) => index + 1) },
      { type: 'thmb', from: number + 1, to: [number] },
      { type: 'cdsc', from: number + 2, to: [number] },
    ],
  });
}

/** One picture in the range and with the matrix of films, mirrored and turned by boxes, under another brand. */
async function camera(): Promise<Buffer> {
  // Boxes apply in their order: first mirrored, then turned by half.
  const stored = await scene()
    .png()
    .toBuffer()
    .then((png) => sharp(png).flip().png().toBuffer());
  const { configuration, data } = await byFfmpeg(sharp(stored), 'yuv420p', 'crf=8:log-level=none');
  return writeHeif({
    brand: 'mif1',
    compatible: ['mif1', 'heic', 'hevc'],
    items: [
      {
        type: 'hvc1',
        data,
        properties: [
          configuration,
          property.size(240, 160),
          property.codePoints(1, 13, 1, false),
          property.mirror(1),
          property.rotation(2),
        ],
      },
      { type: 'Exif', data: exif(3), isHidden: true },
    ],
    primary: 1,
    references: [{ type: 'cdsc', from: 2, to: [1] }],
  });
}

/** 10 bits and all of the colour's pixels, as larger cameras have them, in Display P3 by code points. */
async function tenBits(): Promise<Buffer> {
  const inP3 = await scene().toColourspace('rgb16').withIccProfile('p3').png().toBuffer();
  const deep = sharp(inP3, { ignoreIcc: true }).toColourspace('rgb16');
  const { width, height } = await deep.metadata();
  const { configuration, data } = codedIn(await byLibheif(deep, '-b', '10', '-p', 'chroma=444'));
  const properties = [configuration, property.size(width, height), property.codePoints(12, 13, 6, true)];
  return writeHeif({
    brand: 'heix',
    compatible: ['mif1', 'heix'],
    items: [{ type: 'hvc1', data, properties }],
    primary: 1,
  });
}

async function main(): Promise<void> {
  const files: Record<string, () => Promise<Buffer>> = {
    'single.heic': () => byLibheif(scene(), '-p', 'chroma=444'),
    'phone.heic': phone,
    'camera.heic': camera,
    'ten-bits.heic': tenBits,
    'transparent.heic': async () => byLibheif(await fixture('fading.png')),
  };
  for (const [name, make] of Object.entries(files)) {
    const file = await make();
    writeFileSync(join(TARGET, name), file);
    console.log(`${name}: ${file.length} bytes`);
  }
  rmSync(folder, { recursive: true });
}

void main();
