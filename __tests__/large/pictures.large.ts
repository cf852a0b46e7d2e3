import { Viewer, hasBrowser } from '../chromium';
import { COLOUR_CASES } from '../edge/render/colour-cases';
import { pictureOf, rendered } from '../edge/render/picture';

let viewer: Viewer;
beforeAll(async () => {
  if (hasBrowser) viewer = await Viewer.open();
});
afterAll(() => viewer?.close());

test.each(Object.entries(COLOUR_CASES))('%s has the colours of a browser', async (name, { type, make }) => {
  const original = await make();
  const [shown] = await viewer.frames(original, type);
  const { data } = await pictureOf((await rendered(original)).body);
  let worst=[0,''] as [number,string];
  for (let at = 0; at < data.length; at++) { const d=Math.abs(data[at]! - shown!.data[at]!); if (d>worst[0]) {const p=at&~3; worst=[d,`${[...data.subarray(p,p+3)]} for ${[...shown!.data.subarray(p,p+3)]}`]} }
  console.log('WORST', name, worst.join(' '));
});
