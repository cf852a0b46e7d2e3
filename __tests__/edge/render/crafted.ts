/** Originals whose fields say what no encoder writes: where decoders loop, allocate or read on. */
import type { Dice } from './dice';
import { type FixtureName, claimingAvif, claimingJpeg, claimingPng, fixture, frameBomb, withSegment } from './fixtures';

const SIDES = [0, 1, 2, 255, 4_096, 16_384, 32_767, 65_535, 1_000_000, 10_000_000, 0x7fff_ffff, 0xffff_ffff];

type Craft = (dice: Dice) => Promise<Buffer>;

async function png(dice: Dice): Promise<Buffer> {
  const name = dice.oneOf<FixtureName>(['photo.png', 'interlaced.png', '16-bit.png', 'palette-clear.png']);
  return claimingPng(await fixture(name), dice.oneOf(SIDES), dice.oneOf(SIDES), dice.below(2) === 1);
}

async function jpeg(dice: Dice): Promise<Buffer> {
  const name = dice.oneOf<FixtureName>(['photo.jpg', 'progressive.jpg', 'display-p3.jpg']);
  const sides = SIDES.filter((side) => side <= 65_535);
  return claimingJpeg(await fixture(name), dice.oneOf(sides), dice.oneOf(sides));
}

/** A directory of fields of any tag, type, count and place, that leads to itself as often as not. */
async function exif(dice: Dice): Promise<Buffer> {
  const count = dice.oneOf([0, 1, 7, 400, 5_000]);
  const body = Buffer.alloc(16 + count * 12 + 4);
  body.write('Exif\0\0MM\0*', 'latin1');
  body.writeUInt32BE(8, 10);
  body.writeUInt16BE(dice.oneOf([count, 65_535]), 14);
  for (let at = 16; at < 16 + count * 12; at += 12) {
    // Subdirectories, orientation, a thumbnail, a maker's note.
    body.writeUInt16BE(dice.oneOf([0x8769, 0x8825, 0xa005, 0x0112, 0x0201, 0x927c]), at);
    body.writeUInt16BE(dice.oneOf([2, 3, 4, 5, 7, 13, 99]), at + 2);
    body.writeUInt32BE(dice.oneOf([0, 1, 2, 0xffff, 0x7fff_ffff, 0xffff_ffff]), at + 4);
    body.writeUInt32BE(dice.oneOf([0, 8, 8, 16, body.length - 6, 0xffff_ffff]), at + 8);
  }
  body.writeUInt32BE(dice.oneOf([0, 8]), body.length - 4);
  return withSegment(await fixture('photo.jpg'), 0xe1, body.toString('latin1'));
}

/** Boxes that say how large items are, where they lie, and how they belong together. */
const BOXES = ['ispe', 'iloc', 'iinf', 'infe', 'ipma', 'pixi', 'av1C', 'pitm', 'iprp', 'ipco', 'meta', 'mdat'];

async function avif(dice: Dice): Promise<Buffer> {
  let bytes = Buffer.from(await fixture('photo.avif'));
  if (dice.below(2)) bytes = Buffer.from(claimingAvif(bytes, dice.oneOf(SIDES), dice.oneOf(SIDES)));
  for (let times = dice.below(4); times > 0; times--) {
    const box = bytes.indexOf(dice.oneOf(BOXES));
    const at = box + dice.oneOf([-4, 4, 8, 10, 12, 14, 16, 18, 20]);
    if (box > 0 && at >= 0 && at + 4 <= bytes.length) bytes.writeUInt32BE(dice.oneOf(SIDES), at);
  }
  return bytes;
}

async function frames(dice: Dice): Promise<Buffer> {
  const sides = [1, 2, 300, 5_000, 65_535];
  if (dice.below(2)) return frameBomb(dice.oneOf([1, 2, 61, 2_000, 50_000]), dice.oneOf(sides), dice.oneOf(sides));
  const bytes = Buffer.from(await fixture(dice.oneOf<FixtureName>(['animated.gif', 'animated-clear.gif'])));
  // The image descriptor of some frame: left, top, width and height of 16 bits each.
  let at = bytes.indexOf(0x2c, 13 + dice.below(bytes.length - 13));
  for (let times = 1 + dice.below(3); times > 0 && at > 0 && at + 9 < bytes.length; times--) {
    bytes.writeUInt16LE(dice.oneOf([0, 1, 300, 65_535]), at + 1 + 2 * dice.below(4));
    at = bytes.indexOf(0x2c, at + 9);
  }
  return bytes;
}

const ATTRIBUTES = [
  'width',
  'height',
  'viewBox',
  'fill',
  'filter',
  'mask',
  'transform',
  'd',
  'style',
  'href',
  'x',
  'r',
];

const VALUES = ['', '0', '-1', '1e9', '1e38', 'NaN', '100%', 'url(#a)', '#a', 'inherit', 'M0 0L1e9 1e9', 'scale(1e9)'];

const PREFIXES = ['', '', 'xlink:', 'svg:', 'other:', 'xml:'];

const ELEMENTS = ['g', 'use', 'pattern', 'filter', 'feGaussianBlur', 'feMorphology', 'mask', 'image', 'rect', 'text'];

function svg(dice: Dice): Promise<Buffer> {
  const attribute = () => {
    const value = `${' '.repeat(dice.oneOf([0, 0, 0, 3, 20_000]))}${dice.oneOf(VALUES)}`;
    return `${dice.oneOf(PREFIXES)}${dice.oneOf(ATTRIBUTES)}="${value}"`;
  };
  // One of a name: XML allows no second.
  const attributes = () => [
    ...new Map(Array.from({ length: dice.below(5) }, attribute).map((each) => [each.split('=')[0], each])).values(),
  ];
  const element = (depth: number): string => {
    const name = `${dice.oneOf(['', '', '', 'svg:', 'other:'])}${dice.oneOf(ELEMENTS)}`;
    const children = depth ? Array.from({ length: dice.below(5) }, () => element(depth - 1)) : [];
    return `<${name} id="a" ${attributes().join(' ')}>${children.join('')}</${name}>`;
  };
  const spaces =
    'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:svg="http://www.w3.org/2000/svg" xmlns:other="urn:other"';
  const size = dice.oneOf(['width="300" height="200"', 'viewBox="0 0 300 200"', 'width="1e9" height="1"', '']);
  return Promise.resolve(
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" ${spaces} ${size}>${element(4)}${element(4)}</svg>`),
  );
}

export const CRAFTS: Record<string, Craft> = { png, jpeg, exif, avif, frames, svg };
