import { turnedJpeg, scene } from './fixtures';
import { difference, pictureOf, rendered } from './picture';

const ORIENTATIONS = [1, 2, 3, 4, 5, 6, 7, 8];

test.each(ORIENTATIONS)('orientation %i comes out upright', async (orientation) => {
  const { body } = await rendered(await turnedJpeg(orientation));
  expect(difference(await pictureOf(body), await pictureOf(scene()))).toBeLessThan(4);
});

test.each(ORIENTATIONS)('orientation %i is upright before it is cropped to a side', async (orientation) => {
  const { body } = await rendered(await turnedJpeg(orientation), {
    width: 60,
    height: 80,
    fit: 'cover',
    gravity: 'west',
  });
  const expected = scene().resize(60, 80, { position: 'west' });
  expect(difference(await pictureOf(body), await pictureOf(expected))).toBeLessThan(4);
});

test.each(ORIENTATIONS)('orientation %i has its width and height exchanged where it is turned', async (orientation) => {
  const { width, height } = await rendered(await turnedJpeg(orientation), { width: 120 });
  expect([width, height]).toEqual([120, 80]);
});
