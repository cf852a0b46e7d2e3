/**
 * Names of variants with a crop, like `c2500_0_5000_10000-640x.auto`. Part of the CloudFront Function: see `variant.ts`
 * for its language.
 */
import { CROP_PARTS } from './grammar-constants';
import { type Variant, parseVariant, printVariant } from './variant';

const CROP = /^c(\d+)_(\d+)_(\d+)_(\d+)-/;

/** Parses the name of a variant with a crop; undefined unless `printVariant` prints exactly this name. */
export function parseCropped(name: string): Variant | undefined {
  const match = CROP.exec(name);
  const variant = match && parseVariant(name.slice(match[0].length));
  if (!variant) return undefined;
  const crop = (variant.crop = match.slice(1).map(Number));
  const width = crop[2]!;
  const height = crop[3]!;
  const isInside = crop[0]! + width <= CROP_PARTS && crop[1]! + height <= CROP_PARTS;
  // The whole picture is no crop, so that a variant has one name.
  const isPart = isInside && width * height > 0 && width + height < 2 * CROP_PARTS;
  return isPart && printVariant(variant) === name ? variant : undefined;
}
