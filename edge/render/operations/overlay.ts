import { readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { isFailure } from '../../failure';
import type { Size } from '../../size';
import { wholeSide } from '../geometry';
import { type Pixels, pixelsOf } from '../pixels';
import { drawnAt, readDrawing } from '../svg';
import { directionOf } from './compass';
import { operation, transform } from './operation';
import type { Context, Overlay } from './types';

export const overlay = operation('overlay', (value, context) => {
  let layer: Promise<Pixels> | undefined;
  return async (pixels) => {
    const { width, height } = pixels;
    const margin = Math.min(Math.round(value.margin * context.scale), Math.floor((Math.min(width, height) - 1) / 2));
    layer ??= draw(value, pixels, margin, context).then((drawn) =>
      value.tile ? tileOf(drawn, pixels, margin) : drawn,
    );
    const drawn = await layer;
    const [x, y] = directionOf(value.gravity);
    const place = value.tile
      ? { tile: true, gravity: 'northwest' }
      : { left: startOf(x, width - drawn.width, margin), top: startOf(y, height - drawn.height, margin) };
    const raw = { width: drawn.width, height: drawn.height, channels: drawn.channels };
    return transform(pixels, (image) => image.composite([{ input: drawn.data, raw, ...place }]));
  };
});

/** An overlay before it has its size. */
interface Source extends Required<Size> {
  draw(size: Required<Size>): Promise<Sharp>;
}

/** Reads an overlay, which was checked with the config. @param file as in the settings */
async function read(file: string, maxPixels: number): Promise<Source> {
  // A relative path is from the bundle.
  const bytes = readFileSync(resolve(__dirname, file));
  if (extname(file) === '.svg') {
    const drawing = readDrawing(bytes);
    if (isFailure(drawing)) throw new Error(drawing.message);
    const { width, height } = drawing;
    return { width, height, draw: async (size) => sharp(await drawnAt(drawing, size, maxPixels)) };
  }
  const { width, height } = await sharp(bytes).metadata();
  return { width, height, draw: async (size) => sharp(bytes).resize({ ...size, fit: 'fill' }) };
}

/**
 * Draws an overlay at its size, which is at most that of the picture without margins. Sides are rounded at a ratio of
 * 1, so that tiles look alike at every ratio.
 */
async function draw(value: Overlay, picture: Pixels, margin: number, { scale, maxPixels }: Context): Promise<Pixels> {
  const source = await read(value.file, maxPixels);
  const [across, down] = [picture.width - 2 * margin, picture.height - 2 * margin];
  const wanted = value.scale === undefined ? 1 : (value.scale * picture.width) / scale / source.width;
  const ratio = Math.min(wanted, across / scale / source.width, down / scale / source.height);
  const drawn = await source.draw({
    width: Math.min(across, wholeSide(wholeSide(source.width * ratio) * scale)),
    height: Math.min(down, wholeSide(wholeSide(source.height * ratio) * scale)),
  });
  const pixels = await pixelsOf(drawn.ensureAlpha());
  const { data } = pixels;
  for (let at = 3; at < data.length; at += 4) data[at] = Math.round(data[at]! * value.opacity);
  return pixels;
}

/** Where an overlay begins. @param free pixels of the picture that it leaves free in this direction */
const startOf = (direction: number, free: number, margin: number): number => {
  if (direction === 0) return Math.round(free / 2);
  return direction < 0 ? margin : free - margin;
};

/** A tile with the margin to the next ones, if the picture has room for it. */
const tileOf = (drawn: Pixels, picture: Pixels, margin: number): Promise<Pixels> =>
  transform(drawn, (image) =>
    image.extend({
      right: Math.min(margin, picture.width - drawn.width),
      bottom: Math.min(margin, picture.height - drawn.height),
      background: 'transparent',
    }),
  );
