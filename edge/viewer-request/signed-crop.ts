import { parseCropped } from '../crop-name';
import type { Values } from '../event-values';
import { CROP_PARTS } from '../grammar-constants';
import { type Grammar, type Variant, printVariant } from '../variant';
import { readQuery } from './parameters';
import { badOption, notAllowed } from './refusal';

/** Adds the crop in a query to a variant: left, top, width and height in fractions of the picture. */
export function readCrop(grammar: Grammar, variant: Variant, query: Values): void {
  const text = readQuery(query, ['crop'])('crop');
  if (!text) return;
  variant.crop = text.split(',').map((fraction) => Math.round(+fraction * CROP_PARTS));
  if (!parseCropped(printVariant(variant))) badOption('crop is x,y,w,h in fractions.');
  if (!grammar.isSigned) notAllowed('A crop has to be signed.');
}
