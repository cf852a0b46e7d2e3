/** Presets as the functions get them: sizes with a name, or variants of their own. */
import type { PresetDefinition } from '../render/operations/types';
import { type Gravity, type NamedPreset, type Preset, hasGravity } from '../variant';
import { printNamed } from '../named-preset';
import { MAX_SIDE } from '../grammar-constants';
import { printSize } from '../size';
import { overlayOf } from './overlays';
import type { PresetConfig } from './preset-schema';
import { sha256 } from './sha256';

/** The settings that presets depend on. */
interface Defaults {
  presets: Record<string, PresetConfig>;
  gravities: Gravity[];
  maxDpr: number;
}

const HASH_CHARACTERS = 6;

const [TRIM, SHARPEN] = [10, 1];

/** The usual value for `true`; undefined for `false`. */
const valueOf = (value: number | boolean | undefined, usual: number): number | undefined =>
  value === true ? usual : value || undefined;

/** The size of a preset, with the defaults of fit and gravity filled in. */
function boxOf({ width, height, fit = 'cover', gravity }: PresetConfig, { gravities }: Pick<Defaults, 'gravities'>) {
  if (!width || !height) return { ...(width && { width }), ...(height && { height }), fit: 'inside' as const };
  return { width, height, fit, ...(hasGravity(fit) && { gravity: gravity ?? gravities[0]! }) };
}

/** Leaves out what is undefined or false, so that it does not change the hash. */
const compact = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined && each !== false)) as T;

/** A preset without its size: operations, format, quality and background. */
function beyondSize(preset: PresetConfig) {
  const { width: _width, height: _height, fit: _fit, gravity: _gravity, ...rest } = preset;
  const { trim, sharpen, modulate, overlay } = rest;
  return compact({
    ...rest,
    trim: valueOf(trim, TRIM),
    sharpen: valueOf(sharpen, SHARPEN),
    modulate: modulate && compact(modulate),
    overlay: overlay && compact(overlay),
  });
}

const hasOperations = (preset: PresetConfig): boolean => Object.keys(beyondSize(preset)).length > 0;

/** A preset with all defaults filled in. */
function definitionOf(preset: PresetConfig, defaults: Pick<Defaults, 'gravities'>): PresetDefinition {
  const { format: _format, ...operations } = beyondSize(preset);
  return { ...boxOf(preset, defaults), ...operations };
}

/** A preset in the grammar: with operations, named by the hash of its definition; without, a size. */
export function grammarPreset(name: string, preset: PresetConfig, defaults: Defaults): Preset | NamedPreset {
  if (hasOperations(preset)) return namedPreset(name, preset, defaults);
  const { width, height, ...how } = boxOf(preset, defaults);
  return { name, size: printSize({ width, height }), ...how };
}

function namedPreset(name: string, preset: PresetConfig, defaults: Defaults): NamedPreset {
  const { format } = preset;
  const definition = withOverlayName(definitionOf(preset, defaults));
  const hash = sha256(JSON.stringify({ format, ...definition })).slice(0, HASH_CHARACTERS);
  const maxDpr = maxDprOf(definition);
  return { name, hash, ...(format && { format }), ...(maxDpr < defaults.maxDpr && { maxDpr }) };
}

/** The largest pixel ratio for which a preset has pixels; 1 for the size `full`, to which none applies. */
function maxDprOf({ width = 0, height = 0, padding = 0 }: PresetDefinition): number {
  const longest = Math.max(width, height);
  return longest ? Math.floor(MAX_SIDE / (longest + 2 * padding)) : 1;
}

/** The definition with the overlay's name in the function's package, which depends on its bytes. */
const withOverlayName = (definition: PresetDefinition): PresetDefinition =>
  definition.overlay
    ? { ...definition, overlay: { ...definition.overlay, file: overlayOf(definition.overlay.file).name } }
    : definition;

/**
 * The definitions of all presets with operations, by the names of their variants.
 * @param isPackaged whether overlays have their names in the function's package, or their absolute paths
 */
export function definitionsOf(config: Defaults, isPackaged: boolean): Record<string, PresetDefinition> {
  const named = Object.entries(config.presets).filter(([, preset]) => hasOperations(preset));
  return Object.fromEntries(
    named.map(([name, preset]) => {
      const definition = definitionOf(preset, config);
      const id = printNamed(namedPreset(name, preset, config));
      return [id, isPackaged ? withOverlayName(definition) : definition];
    }),
  );
}
