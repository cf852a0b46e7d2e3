/** From a variant to what is rendered: for that of a preset with operations, its size and look at a pixel ratio. */
import { type Failure, failure, isFailure } from '../../failure';
import type { Variant } from '../../variant';
import type { Size } from '../../size';
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
  /** Missing where the variant is not that of a preset with operations. */
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
  const definition = all.presets[name]!;
  const { quality = all.quality, background = all.background } = definition;
  return {
    variant: variantAt(definition, Number.parseInt(ratio, 10), requested.target),
    settings: { ...all, quality, background },
    preset: definition,
  };
}

function variantAt(definition: PresetDefinition, dpr: number, target: Variant['target']): Variant {
  const { width, height, fit, gravity } = definition;
  const size = { ...(width && { width: width * dpr }), ...(height && { height: height * dpr }) };
  return beforeTurning({ ...size, fit, ...(gravity && { gravity }), target }, definition);
}

/** The operations of a plan, and with how many pixels for one at a ratio of 1. */
export function operationsOf(
  { variant, settings, preset }: Plan,
  header: Header,
  geometry: Geometry,
): OperationTask | undefined | Failure {
  if (!preset || !hasSteps(preset)) return undefined;
  const { background, maxPixels } = settings;
  const usual = geometryOf(header, variantAt(preset, 1, variant.target), settings);
  if (isFailure(usual)) return usual;
  // By how much it is larger than at a ratio of 1, for which the original may not have the pixels.
  const scale = Math.max(geometry.width, geometry.height) / Math.max(usual.width, usual.height);
  const task = { definition: preset, context: { scale, background, maxPixels } };
  const { width, height } = outputSize(geometry, task);
  return width * height > maxOperatedPixels(settings)
    ? failure('TOO_LARGE', `The preset would have ${width}x${height} pixels, which are too many for its operations.`)
    : task;
}

/** The size of a picture after its operations; sides may yet be turned. */
export function outputSize({ width, height }: Required<Size>, { definition, context }: OperationTask): Required<Size> {
  const around = 2 * paddingAt(definition.padding, context.scale);
  return { width: width + around, height: height + around };
}

/** Pixels of a picture, or of all frames of an animation, on which all operations together take less than ten seconds. */
const MAX_PIXELS = 9e6;

/** The time that this is for, as the limits of formats are. */
const SECONDS = 25;

export const maxOperatedPixels = ({ seconds }: RenderSettings): number => (MAX_PIXELS * seconds) / SECONDS;
