/** The facts about a picture that a page needs before it has the picture. */
import sharp from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';
import { type Failure, isFailure } from '../failure';
import type { Point } from '../focus';
import type { Size } from '../size';
import { isTransparent } from './content';
import { geometryOf, scaled } from './geometry';
import { inspect } from './inspect';
import { type Pixels, asSharp, hasAlpha, inputOf, pixelsOf } from './pixels';
import { type Kind, sniff } from './sniff';
import { sourceOf } from './source';
import { stillPixels } from './still';
import type { Header, RenderSettings, Rendered } from './types';

/** `info.json`. Sizes are those of the original, upright. */
export interface Info {
  width: number;
  height: number;
  format: Kind;
  bytes: number;
  /** More than 1 for an animation; 2 for an animated AVIF, whose frames are not counted. */
  frames: number;
  /** Whether some pixel of the first frame is not opaque. */
  transparent: boolean;
  /** `null` if crops keep the centre. */
  focus: Point | null;
  /** The dominant colour, as `#rrggbb`; `null` if no pixel is visible. */
  colour: string | null;
  /** In base64. */
  thumbHash: string;
  /** A tiny, blurred WebP as a data URI. */
  placeholder: string;
}

/**
 * Renders `info.json` of an original.
 * @returns the refusal of `render` for a file that is no picture
 * @throws Error of the decoder for a damaged picture
 */
export async function renderInfo(
  original: Buffer,
  settings: RenderSettings,
  focus: Point | undefined,
): Promise<Rendered | Failure> {
  const opened = await inspect(original, settings);
  if (isFailure(opened)) return opened;
  const { file, header } = opened;
  const geometry = geometryOf(header, { ...SMALL, fit: 'inside', target: 'png' }, settings);
  if (isFailure(geometry)) return geometry;
  const source = await sourceOf(file, header, geometry, settings);
  const resizing = { original: file, source, header, geometry, isWide: false, settings };
  const { pixels, note } = await stillPixels(resizing);
  const rgba = await pixelsOf(asSharp(pixels).ensureAlpha());
  const size = scaled(header, 1);
  const info: Info = {
    ...size,
    format: sniff(original)!,
    bytes: original.length,
    frames: header.frames,
    transparent: await isTransparentAnywhere(source, header, pixels),
    focus: focus ?? null,
    colour: await colourOf(rgba),
    thumbHash: hashOf(rgba),
    placeholder: await placeholderOf(rgba, header),
  };
  const body = Buffer.from(JSON.stringify(info));
  return { body, contentType: 'application/json', ...size, frames: header.frames, note };
}

/** ThumbHash takes sides of up to 100 pixels, and a colour needs no more. */
const SMALL = { width: 100, height: 100 } as const;

/** Longest side of the placeholder. */
const TINY = 24;

/** Least alpha of a visible pixel. */
const VISIBLE = 128;

/** Whether a picture is transparent anywhere. A few clear pixels are lost in the small copy. */
async function isTransparentAnywhere(source: Buffer, header: Header, small: Pixels): Promise<boolean> {
  if (isTransparent(small)) return true;
  if (header.drawing || !hasAlpha(small)) return false;
  const alpha = await sharp(source, inputOf(header)).extractChannel('alpha').raw().toBuffer();
  return alpha.some((value) => value < 255);
}

async function colourOf({ data }: Pixels): Promise<string | null> {
  const seen: number[] = [];
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3]! >= VISIBLE) seen.push(data[at]!, data[at + 1]!, data[at + 2]!);
  }
  if (seen.length === 0) return null;
  const visible = { data: Buffer.from(seen), width: seen.length / 3, height: 1, channels: 3 } as const;
  const { dominant } = await asSharp(visible).stats();
  const hex = [dominant.r, dominant.g, dominant.b].map((value) => value.toString(16).padStart(2, '0'));
  return `#${hex.join('')}`;
}

/** @param own size of the original */
async function placeholderOf(pixels: Pixels, own: Required<Size>): Promise<string> {
  const scale = Math.min(1, TINY / Math.max(own.width, own.height));
  const webp = await asSharp(pixels)
    .resize({ ...scaled(own, scale), fit: 'fill' })
    .blur(1)
    .webp({ quality: 40, alphaQuality: 40 })
    .toBuffer();
  return `data:image/webp;base64,${webp.toString('base64')}`;
}

const hashOf = ({ data, width, height }: Pixels): string =>
  Buffer.from(rgbaToThumbHash(width, height, data)).toString('base64');
