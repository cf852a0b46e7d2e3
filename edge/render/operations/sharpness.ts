import type { Pixels } from '../pixels';
import { operation, transform } from './operation';

/** The largest sigma at full size: the time grows with sigma, and 50 takes seconds for a megapixel. */
const FULL_SIZE_SIGMA = 8;

/** The same blur on fewer pixels. A picture that soft has no detail to lose. */
async function blurSmaller(pixels: Pixels, sigma: number): Promise<Pixels> {
  const { width, height } = pixels;
  const factor = sigma / FULL_SIZE_SIGMA;
  const smaller = { width: Math.ceil(width / factor), height: Math.ceil(height / factor), fit: 'fill' as const };
  const blurred = await transform(pixels, (image) => image.resize(smaller).blur(FULL_SIZE_SIGMA));
  return transform(blurred, (image) => image.resize({ width, height, fit: 'fill', kernel: 'cubic' }));
}

export const blur = operation('blur', (value, { scale }) => (pixels) => {
  // The least that sharp takes.
  const sigma = Math.max(0.3, value * scale);
  return sigma > FULL_SIZE_SIGMA ? blurSmaller(pixels, sigma) : transform(pixels, (image) => image.blur(sigma));
});

export const sharpen = operation(
  'sharpen',
  (sigma) => (pixels) => transform(pixels, (image) => image.sharpen({ sigma })),
);
