import { operation, transform } from './operation';

/** The brightness of red, green and blue (ITU-R BT.709). */
const LUMA: [number, number, number] = [0.2126, 0.7152, 0.0722];

/** Three equal channels: padding and overlays may have colour. */
export const greyscale = operation(
  'greyscale',
  () => (pixels) => transform(pixels, (image) => image.recomb([LUMA, LUMA, LUMA])),
);

export const modulate = operation(
  'modulate',
  (values) => (pixels) => transform(pixels, (image) => image.modulate(values)),
);
