import { Viewer } from '../chromium';
import { ANIMATION_CASES } from '../edge/render/animation-cases';
import { animationOff, colourOff } from '../edge/render/as-shown';
import { COLOUR_CASES } from '../edge/render/colour-cases';

let viewer: Viewer | undefined;
const open = async () => (viewer ??= await Viewer.open());
afterAll(() => viewer?.close());

test.each(Object.entries(COLOUR_CASES))('%s has the colours of a browser', async (_name, original) => {
  const { mean, most } = await colourOff(await open(), original);
  expect(mean).toBeLessThan(1);
  expect(most).toBeLessThanOrEqual(original.within);
});

test.each(Object.entries(ANIMATION_CASES))('%s moves as in a browser', async (_name, original) => {
  for (const target of ['webp', 'gif'] as const) {
    const { sizes, times, offs } = await animationOff(await open(), original, target);
    expect(sizes[1]).toEqual(sizes[0]);
    expect(times[1]).toEqual(times[0]);
    for (const off of offs) expect(off).toBeLessThan(6);
  }
});
