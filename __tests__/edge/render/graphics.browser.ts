import { Viewer } from '../../chromium';
import { pictureOf, rendered } from './picture';
import { SHADOW, alphaOff } from './shadow';

let viewer: Viewer;
beforeAll(async () => {
  viewer = await Viewer.open();
});
afterAll(() => viewer?.close());

test('a browser shows a soft shadow as smooth as it was', async () => {
  const original = await pictureOf(SHADOW);
  const { body, contentType } = await rendered(SHADOW, { target: 'auto.avif' });
  const [shown] = await viewer.frames(body, contentType);
  expect(alphaOff(shown!.data, original.data)).toBe(0);
});
