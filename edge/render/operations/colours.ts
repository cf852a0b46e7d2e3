import { operation, transform } from './operation';

/** How bright red, green and blue are (ITU-R BT.709). */
const LUMA: [number, number, number] = [0.2126, 0.7152, 0.0722];

/** Kept as three channels: padding and overlays may have colour. */
export const greyscale = operation(
  'greyscale',
  () => (pixels) => transform(pixels, (image) => image.recomb([LUMA, LUMA, LUMA])),
);

export const modulate = operation(
  'modulate',
  (values) => (pixels) => transform(pixels, (image) => image.modulate(values)),
);
