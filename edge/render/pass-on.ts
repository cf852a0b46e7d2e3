/** Originals that are served in place of a render: SVGs by the config, others where they are better. */
import type { Format } from '../variant';
import { clean } from './clean';
import { animationCost } from './encoders';
import { scaled } from './geometry';
import { hasSteps } from './operations/apply';
import type { Plan } from './operations/plan';
import type { Choice, Original, Rendered, Task } from './types';

/** An SVG as it is, unless the URL names a format or a part, or a preset does something to pixels. */
export function passOnSvg({ file, header }: Original, { isClass }: Choice, plan: Plan): Rendered | undefined {
  const { variant, settings, preset } = plan;
  const isDrawn = settings.svg === 'draw' || !isClass || variant.crop || (preset && hasSteps(preset));
  if (header.kind !== 'svg' || isDrawn) return undefined;
  return { body: file, contentType: 'image/svg+xml', ...scaled(header, 1), frames: 1, note: 'the original, as SVG' };
}

/** The original without metadata if it is what the URL asks for and smaller than the render; else the render. */
export async function preferSmallerOriginal(rendered: Rendered, task: Task): Promise<Rendered> {
  if (rendered.frames !== task.header.pages || rendered.note) return rendered;
  const original = await passOn(task, rendered.frames);
  if (!original || original.body.length >= rendered.body.length) return rendered;
  return { ...original, note: 'the original, as it is smaller' };
}

/**
 * An animation that is not rendered, without metadata, in place of its first frame.
 * @param obstacle why it is not rendered
 */
export async function passOnAnimation(task: Task, obstacle: string): Promise<Rendered | undefined> {
  const { kind, frames } = task.header;
  // The frames of a PNG are unpacked to find their ends.
  if (kind === 'png' && animationCost(frames, task.header) > task.settings.maxAnimationPixels) return undefined;
  const original = await passOn(task, frames);
  const note = `as it is: ${obstacle}`;
  return original && { ...original, note, viewerNote: note };
}

const isFormatOf = (kind: string, { formats }: Choice): kind is Format => formats.some((format) => format === kind);

/** The original without metadata, if its format is one of the choice and its pixels need no change. */
async function passOn(task: Task, frames: number): Promise<Rendered | undefined> {
  const { original, header, geometry, choice, operations } = task;
  const { kind, width, height, plain, orientation, crop } = header;
  const isUnchanged = plain && orientation === 1 && !crop && !operations;
  if (!isUnchanged || geometry.width !== width || geometry.height !== height || !isFormatOf(kind, choice)) {
    return undefined;
  }
  const body = await clean(kind, original, frames > 1);
  return body && { body, contentType: `image/${kind}`, width, height, frames };
}
