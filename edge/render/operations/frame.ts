/** Padding, and round corners. */
import { operation, transform } from './operation';

/** Padding at a pixel ratio. */
export const paddingAt = (padding: number | undefined, scale: number): number => Math.round((padding ?? 0) * scale);

export const padding = operation('padding', (value, { scale, background }) => {
  const side = paddingAt(value, scale);
  const sides = { top: side, bottom: side, left: side, right: side };
  return (pixels) =>
    transform(pixels, (image) =>
      (background === 'transparent' ? image.ensureAlpha() : image).extend({ ...sides, background }),
    );
});

export const radius = operation('radius', (value, { scale }) => (pixels) => {
  const { width, height } = pixels;
  const pixelsOfRadius = value === 'max' ? Infinity : value * scale;
  const round = Math.min(pixelsOfRadius, width / 2, height / 2);
  const sides = `width="${width}" height="${height}"`;
  const mask = `<svg xmlns="http://www.w3.org/2000/svg" ${sides}><rect ${sides} rx="${round}"/></svg>`;
  return transform(pixels, (image) => image.ensureAlpha().composite([{ input: Buffer.from(mask), blend: 'dest-in' }]));
});
