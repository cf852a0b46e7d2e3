import sharp from 'sharp';
import { type Failure, failure, isFailure } from '../../failure';
import { sniff } from '../sniff';
import { costOf } from './cost';
import { type SvgElement, readSvg } from './read';

/** Share of the time for an answer that drawing an SVG may take at worst, on a machine twice as fast as Lambda. */
const SHARE_OF_TIME = 0.3;

/** Canvases of an SVG, of 4 bytes a pixel, may take so much together. */
const MAX_CANVAS_BYTES = 600e6;

/** The picture itself, in the renderer and after it, and two canvases of its own. */
const CANVASES = 4;

/** However little there is to draw. */
const MAX_PIXELS = 16e6;

/** An SVG that cannot even be drawn so small within its bounds is refused. */
const MIN_PIXELS = 100_000;

/** Milliseconds to decode a megapixel of an embedded picture. */
const DECODE = 40;

const EMBEDDED = /^\s*data:image\/(?:png|jpe?g|gif|webp);base64,/i;

/** Bounds an embedded picture from its header. @returns milliseconds that it takes to decode */
async function decodeTime(href: string, maxPixels: number): Promise<number | Failure> {
  const picture = Buffer.from(href.slice(href.indexOf(',') + 1), 'base64');
  const kind = EMBEDDED.test(href) ? sniff(picture) : undefined;
  if (!kind || !['png', 'jpeg', 'gif', 'webp'].includes(kind)) {
    return failure('UNSUPPORTED', 'The SVG embeds what is not a base64 PNG, JPEG, GIF or WebP.');
  }
  try {
    const { width, height } = await sharp(picture, { limitInputPixels: false }).metadata();
    const pixels = width * height;
    if (pixels <= maxPixels) return (pixels / 1e6) * DECODE;
    return failure('TOO_LARGE', `The SVG embeds a picture of ${pixels} pixels; up to ${maxPixels} are allowed.`);
  } catch {
    return failure('CORRUPT', 'The SVG embeds a damaged picture.');
  }
}

async function decodeTimes(elements: SvgElement[], maxPixels: number): Promise<Map<SvgElement, number> | Failure> {
  const times = new Map<SvgElement, number>();
  for (const element of elements) {
    const href = element.attributes['href'];
    if (element.name !== 'image' || !href || href.startsWith('#')) continue;
    const time = await decodeTime(href, maxPixels);
    if (typeof time !== 'number') return time;
    times.set(element, time);
  }
  return times;
}

/**
 * Bounds an SVG before it is drawn: nothing outside of it, and so much time and memory at most.
 * @param maxPixels pixels that a picture, embedded or drawn, may have
 * @param seconds time for an answer
 * @returns how many pixels it may be drawn with, or why it is refused
 */
export async function boundSvg(original: Buffer, maxPixels: number, seconds: number): Promise<number | Failure> {
  const svg = readSvg(original);
  if (isFailure(svg)) return svg;
  const images = await decodeTimes(svg.elements, Math.min(maxPixels, MAX_PIXELS));
  if (isFailure(images)) return images;
  const { fixed, paint, layers } = costOf(svg, images);
  const time = seconds * 1000 * SHARE_OF_TIME;
  const inTime = paint ? ((time - fixed) / paint) * 1e6 : Infinity;
  const inMemory = MAX_CANVAS_BYTES / (4 * (CANVASES + layers));
  const pixels = Math.min(inTime, inMemory, maxPixels, MAX_PIXELS);
  if (fixed <= time && pixels >= MIN_PIXELS) return pixels;
  return failure('TOO_LARGE', 'The SVG would take too long to draw: it has too many shapes, filters or references.');
}
