import sharp from 'sharp';
import { type Failure, isFailure } from '../failure';
import type { Point } from '../focus';
import { INFO_TARGET, type Variant } from '../variant';
import { renderAnimation } from './animation';
import { choiceOf } from './choose';
import { keepsGamut } from './colour/wide-gamut';
import { cropOriginal } from './crop';
import { geometryOf } from './geometry';
import { renderInfo } from './info';
import { inspect } from './inspect';
import { type Plan, operationsOf, planOf } from './operations/plan';
import { trimOriginal } from './operations/trim';
import { passOnSvg, preferSmallerOriginal } from './pass-on';
import { corrupt, refusalFor } from './refusals';
import { sourceOf } from './source';
import { renderStill } from './still';
import type { RenderSettings, Rendered, Task } from './types';

// A function renders an image once: a cache of operations would only hold memory. One thread, as Lambda's one vCPU.
sharp.cache(false);
sharp.concurrency(1);

/**
 * Renders one variant of an original: upright, never enlarged, in sRGB with 8 bits, without metadata. Two renders of
 * the same give the same bytes.
 * @param focus the focal point of the original
 * @returns the variant, or why it cannot be made (`UNSUPPORTED`, `CORRUPT`, `TOO_LARGE`); never rejects
 */
export async function render(
  file: Buffer,
  requested: Variant,
  settings: RenderSettings,
  focus?: Point,
): Promise<Rendered | Failure> {
  try {
    if (requested.target === INFO_TARGET) return await renderInfo(file, settings, focus);
    return await renderPicture(file, planOf(requested, settings), focus);
  } catch (error) {
    // The header is valid and within all limits, so an error of the decoder means damage.
    return refusalFor(error, corrupt());
  }
}

async function renderPicture(file: Buffer, plan: Plan, focus: Point | undefined): Promise<Rendered | Failure> {
  const { variant, settings, preset } = plan;
  const whole = await inspect(file, settings);
  if (isFailure(whole)) return whole;
  const choice = choiceOf(variant.target, settings);
  const svg = passOnSvg(whole, choice, plan);
  if (svg) return svg;
  const focused = { ...whole, focus };
  const part = preset?.trim
    ? await trimOriginal(focused, preset.trim, settings)
    : await cropOriginal(focused, variant, settings);
  if (isFailure(part)) return part;
  const { file: original, header } = part;
  const geometry = geometryOf(header, variant, settings, part.focus);
  if (isFailure(geometry)) return geometry;
  const operations = operationsOf(plan, header, geometry);
  if (operations && isFailure(operations)) return operations;
  const source = await sourceOf(original, header, geometry, settings);
  const isWide = !operations && keepsGamut(header, choice, settings);
  const task: Task = { original, source, header, variant, geometry, choice, settings, isWide, operations };
  const rendered = await (header.frames > 1 ? renderAnimation(task) : renderStill(task));
  return isFailure(rendered) ? rendered : preferSmallerOriginal(rendered, task);
}
