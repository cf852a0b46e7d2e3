import sharp from 'sharp';
import { type Failure, isFailure } from '../failure';
import type { Variant } from '../variant';
import { renderAnimation } from './animation';
import { choiceOf } from './choose';
import { preferSmallerOriginal } from './pass-on';
import { geometryOf } from './geometry';
import { open } from './open';
import { corrupt, refusalFor } from './refusals';
import { hasSteps } from './operations/apply';
import { type Plan, operationsOf, planOf } from './operations/plan';
import { trimmed } from './operations/trim';
import { sourceOf } from './source';
import { keepsGamut } from './wide-gamut';
import { renderStill } from './still';
import type { Choice, Header, RenderResult, RenderSettings, Rendered, Task } from './types';

// A function renders an image once: a cache of operations would only hold memory. One thread, as Lambda's one vCPU.
sharp.cache(false);
sharp.concurrency(1);

/**
 * Renders one variant of an original: upright, never enlarged, in sRGB with 8 bits, without metadata. Two renders of
 * the same give the same bytes.
 * @returns the variant, or why it cannot be made (`UNSUPPORTED`, `CORRUPT`, `TOO_LARGE`); never rejects
 */
export async function render(
  file: Buffer,
  requested: Variant,
  allSettings: RenderSettings,
): Promise<Rendered | Failure> {
  try {
    const plan = planOf(requested, allSettings);
    const { variant, settings, preset } = plan;
    const untrimmed = await open(file, settings);
    if (isFailure(untrimmed)) return untrimmed;
    const choice = choiceOf(variant.target, settings);
    if (isPassedOn(untrimmed.header, choice, plan)) return asItIs(file, untrimmed.header);
    const trim = preset?.trim;
    const read = trim ? await trimmed(untrimmed, trim, settings) : untrimmed;
    if (isFailure(read)) return read;
    const { original, header } = read;
    const geometry = geometryOf(header, variant, settings);
    if (isFailure(geometry)) return geometry;
    const operations = operationsOf(plan, header, geometry);
    if (operations && isFailure(operations)) return operations;
    const source = await sourceOf(original, header, geometry, settings);
    const isWide = !operations && keepsGamut(header, choice, settings);
    const task: Task = { original, source, header, variant, geometry, choice, settings, isWide, operations };
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

/** Whether an SVG goes out as it is: not where the URL names a format, or a preset does something to pixels. */
const isPassedOn = ({ kind }: Header, { isClass }: Choice, { settings, preset }: Plan): boolean =>
  kind === 'svg' && settings.svg === 'pass' && isClass && !(preset && hasSteps(preset));

const asItIs = (svg: Buffer, { width, height }: Header): Rendered => ({
  body: svg,
  contentType: 'image/svg+xml',
  width: Math.max(1, Math.round(width)),
  height: Math.max(1, Math.round(height)),
  frames: 1,
  note: 'the original, as SVG',
});
