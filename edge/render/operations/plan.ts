/** From a variant to what is rendered. A preset with operations becomes its size and look at a pixel ratio. */
import { type Failure, failure, isFailure } from '../../failure';
import type { Size } from '../../size';
import type { Variant } from '../../variant';
import { isWithin } from '../encoders';
import { geometryOf } from '../geometry';
import type { Geometry, Header, RenderSettings } from '../types';
import { hasSteps } from './apply';
import { paddingAt } from './frame';
import { beforeTurning } from './turn';
import type { OperationTask, PresetDefinition } from './types';

/** What is to be rendered. */
export interface Plan {
  variant: Variant;
  settings: RenderSettings;
  /** The preset with operations that the variant is of, if any. */
  preset?: PresetDefinition;
}

/** @throws Error for a preset that the settings do not have, which no allowed variant is of */
export function planOf(requested: Variant, all: RenderSettings): Plan {
  if (requested.preset === undefined) {
    const { quality = all.quality } = requested;
    return { variant: requested, settings: { ...all, quality } };
  }
  const [name, ratio = '1'] = requested.preset.split('@') as [string, string?];
  if (!Object.hasOwn(all.presets, name)) throw new Error(`There is no preset ${name}.`);
  const preset = all.presets[name]!;
  const { quality = all.quality, background = all.background } = preset;
  const variant = variantAt(Number.parseInt(ratio, 10), preset, requested.target);
  return { variant, settings: { ...all, quality, background }, preset };
}

function variantAt(dpr: number, preset: PresetDefinition, target: Variant['target']): Variant {
  const { width, height, fit, gravity } = preset;
  const size = { ...(width && { width: width * dpr }), ...(height && { height: height * dpr }) };
  return beforeTurning({ ...size, fit, ...(gravity && { gravity }), target }, preset);
}

/** The operations of a plan, with the scale of their pixels. */
export function operationsOf(
  { variant, settings, preset }: Plan,
  header: Header,
  geometry: Geometry,
): OperationTask | undefined | Failure {
  if (!preset || !hasSteps(preset)) return undefined;
  const { background, maxPixels, seconds } = settings;
  const usual = geometryOf(header, variantAt(1, preset, variant.target), settings);
  if (isFailure(usual)) return usual;
  // By size, not by the ratio of the URL: the original may not have the pixels for that.
  const scale = Math.max(geometry.width, geometry.height) / Math.max(usual.width, usual.height);
  const task = { definition: preset, context: { scale, background, maxPixels } };
  const { width, height } = outputSize(geometry, task);
  return canOperate(width * height, seconds)
    ? task
    : failure('TOO_LARGE', `The preset would have ${width}x${height} pixels, which are too many for its operations.`);
}

/** The size of a picture after its operations; a turn may yet exchange its sides. */
export function outputSize({ width, height }: Required<Size>, { definition, context }: OperationTask): Required<Size> {
  const around = 2 * paddingAt(definition.padding, context.scale);
  return { width: width + around, height: height + around };
}

/** Pixels, those of all frames together, on which all operations together take less than ten seconds. */
const MAX_PIXELS = 9e6;

export const canOperate = (pixels: number, seconds: number): boolean => isWithin(pixels, MAX_PIXELS, seconds);
