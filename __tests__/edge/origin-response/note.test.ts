import { animatedPng, fixture } from '../render/fixtures';
import { type Running, run } from '../../local/running';

const YEARS_MS = 400 * 24 * 60 * 60 * 1000;

let local: Running;
beforeAll(async () => {
  local = await run();
  await local.put('moving.png', await animatedPng());
  await local.settle();
});
afterAll(() => local.close());

test('a viewer is told why an animation does not move, by the render and by what was stored', async () => {
  const path = '/100x100/moving.png?format=webp';
  const rendered = await local.get(path);
  expect(rendered.headers).toMatchObject({
    'x-resizer': 'rendered',
    'x-resizer-note': expect.stringMatching(/^first frame: .*animated PNG/),
  });
  local.clock.advance(YEARS_MS);
  const stored = await local.get(path);
  expect(stored.headers['x-resizer']).toBeUndefined();
  expect(stored.headers['x-resizer-note']).toBe(rendered.headers['x-resizer-note']);
  expect(stored.headers['x-amz-meta-note']).toBeUndefined();
});

test('an image that is what was asked for has no note', async () => {
  await local.put('still.png', await fixture('photo.png'));
  expect((await local.get('/100x100/still.png')).headers['x-resizer-note']).toBeUndefined();
});
