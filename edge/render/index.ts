import sharp from 'sharp';
import { type Failure, isFailure } from '../failure';
import type { Point } from '../focus';
import { INFO_TARGET, type Variant } from '../variant';
import { renderAnimation } from './animation';
import { choiceOf } from './choose';
import { cropped } from './crop';
import { preferSmallerOriginal } from './pass-on';
import { geometryOf, wholeSide } from './geometry';
import { renderInfo } from './info';
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
    const opened = await open(file, settings);
    if (isFailure(opened)) return opened;
    const choice = choiceOf(variant.target, settings);
    if (isPassedOn(opened.header, choice, plan)) return asItIs(file, opened.header);
    const whole = { ...opened, focus };
    const trim = preset?.trim;
    const read = trim ? await trimmed(whole, trim, settings) : await cropped(whole, variant, settings);
    if (isFailure(read)) return read;
    const { file: original, header } = read;
    const geometry = geometryOf(header, variant, settings, read.focus);
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

const toRendered = ({ data, format, width, height, frames, reason, note, viewerNote }: RenderResult): Rendered => ({
  body: data,
  contentType: `image/${format}`,
  width,
  height,
  frames,
  ...(reason && { reason }),
  ...(note && { note }),
  ...(viewerNote && { viewerNote }),
});

/** Whether an SVG goes out as it is: not where the URL names a format or a part, or a preset does something to pixels. */
const isPassedOn = ({ kind }: Header, { isClass }: Choice, { variant, settings, preset }: Plan): boolean =>
  kind === 'svg' && settings.svg === 'pass' && isClass && !variant.crop && !(preset && hasSteps(preset));

const asItIs = (svg: Buffer, { width, height }: Header): Rendered => ({
  body: svg,
  contentType: 'image/svg+xml',
  width: wholeSide(width),
  height: wholeSide(height),
  frames: 1,
  note: 'the original, as SVG',
});
