import { Viewer } from '../../chromium';
import { ANIMATION_CASES } from './animation-cases';
import { animationOff, colourOff } from './as-shown';
import { COLOUR_CASES } from './colour-cases';

let viewer: Viewer | undefined;
const open = async () => (viewer ??= await Viewer.open());
afterAll(() => viewer?.close());

// All of them are in `npm run check:large`.
test.each([
  'a JPEG of dot gain',
  'a PNG of gamma 1.8 with 16 bits',
  'a PNG of ProPhoto with 16 bits',
  'a PNG with the code points 12, 13',
  'an AVIF with the code points 12, 13',
  'an AVIF of 10 bits with the code points 9, 13',
])('%s has the colours of a browser', async (name) => {
  const original = COLOUR_CASES[name]!;
  const { mean, most } = await colourOff(await open(), original);
  expect(mean).toBeLessThan(1);
  expect(most).toBeLessThanOrEqual(original.within);
});

test.each([
  'a GIF with frames that do not cover the canvas',
  'a GIF with a canvas that goes back to the background',
  'a clear WebP',
])('%s moves as in a browser', async (name) => {
  const { sizes, times, offs } = await animationOff(await open(), ANIMATION_CASES[name]!, 'webp');
  expect(sizes[1]).toEqual(sizes[0]);
  expect(times[1]).toEqual(times[0]);
  for (const off of offs) expect(off).toBeLessThan(6);
});
