import sharp from 'sharp';
import { type Failure, isFailure } from '../failure';
import type { Point } from '../focus';
import { INFO_TARGET, type Variant } from '../variant';
import { renderAnimation } from './animation';
import { choiceOf } from './choose';
import { preferSmallerOriginal } from './pass-on';
import { geometryOf } from './geometry';
import { renderInfo } from './info';
import { inspect } from './inspect';
import { corrupt, refusalFor } from './refusals';
import { operationsOf, planOf } from './operations/plan';
import { trimmed } from './operations/trim';
import { sourceOf } from './source';
import { renderStill } from './still';
import type { RenderResult, RenderSettings, Rendered, Task } from './types';

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
  allSettings: RenderSettings,
  focus?: Point,
): Promise<Rendered | Failure> {
  try {
    if (requested.target === INFO_TARGET) return await renderInfo(file, allSettings, focus);
    const plan = planOf(requested, allSettings);
    const { variant, settings, preset } = plan;
    const inspected = await inspect(file, settings);
    if (isFailure(inspected)) return inspected;
    const trim = preset?.trim;
    const untrimmed = { original: file, header: inspected, focus };
    const read = trim ? await trimmed(untrimmed, trim, settings) : untrimmed;
    if (isFailure(read)) return read;
    const { original, header } = read;
    const geometry = geometryOf(header, variant, settings, read.focus);
    if (isFailure(geometry)) return geometry;
    const operations = operationsOf(plan, header, geometry);
    if (operations && isFailure(operations)) return operations;
    const source = await sourceOf(original, header, geometry, settings);
    const choice = choiceOf(variant.target, settings);
    const task: Task = { original, source, header, variant, geometry, choice, settings, operations };
    const outcome = header.frames > 1 ? await renderAnimation(task) : await renderStill(task);
    return isFailure(outcome) ? outcome : toRendered(await preferSmallerOriginal(outcome, task));
  } catch (error) {
    // The header is valid and within all limits, so an error of the decoder means damage.
    return refusalFor(error, corrupt());
  }
}

const toRendered = ({ data, format, width, height, frames, note, viewerNote }: RenderResult): Rendered => ({
  body: data,
  contentType: `image/${format}`,
  width,
  height,
  frames,
  ...(note && { note }),
  ...(viewerNote && { viewerNote }),
});
