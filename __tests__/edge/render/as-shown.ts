import type { ShownFrame, Viewer } from '../../chromium';
import type { Target } from '../../../edge/variant';
import type { AnimationCase } from './animation-cases';
import type { ColourCase } from './colour-cases';
import { pictureOf, rendered } from './picture';

/** How far channels are off: on average, and for all but the worst in twenty. */
export interface Off {
  mean: number;
  most: number;
}

function compare(one: Buffer, other: Buffer): Off {
  const off = one.map((value, at) => Math.abs(value - other[at]!)).sort();
  return { mean: off.reduce((sum, value) => sum + value, 0) / off.length, most: off[Math.floor(off.length * 0.95)]! };
}

/** How far a rendering without loss is from what a browser shows of the original. */
export async function colourOff(viewer: Viewer, { type, make }: ColourCase): Promise<Off> {
  const original = await make();
  const [shown] = await viewer.frames(original, type);
  return compare((await pictureOf((await rendered(original)).body)).data, shown!.data);
}

/** Pixels of a frame on a ground that no fixture has, since what is clear may have any colour. */
const onGround = ({ data }: ShownFrame): Buffer =>
  data.map((value, at) => (value * data[at | 3]! + 127 * (255 - data[at | 3]!)) / 255) as Buffer;

/** Frames one after the other, those that look alike as one. */
function distinct(frames: ShownFrame[]): { pixels: Buffer; duration: number }[] {
  const merged: { pixels: Buffer; duration: number }[] = [];
  for (const frame of frames) {
    const pixels = onGround(frame);
    const last = merged.at(-1);
    if (last?.pixels.equals(pixels)) last.duration += frame.duration;
    else merged.push({ pixels, duration: frame.duration });
  }
  return merged;
}

/** What a browser shows of an animation and of its rendering: how far off each frame is, and the times of both. */
export async function animationOff(viewer: Viewer, { type, make }: AnimationCase, target: Target) {
  const original = await make();
  const { body, contentType } = await rendered(original, { target, quality: 100 });
  const [shown, made] = await Promise.all([viewer.frames(original, type), viewer.frames(body, contentType)]);
  const [before, after] = [distinct(shown), distinct(made)];
  const sizes = [shown, made].map(([first]) => [first!.width, first!.height]);
  // A still has no time.
  const times = [before, after].map((frames) => (frames.length > 1 ? frames.map(({ duration }) => duration) : []));
  return {
    sizes,
    times,
    offs: before.map(({ pixels }, at) => compare(pixels, after[at]?.pixels ?? Buffer.alloc(0)).mean),
  };
}
