import { type Running, run } from '../../local/running';
import { animatedPng, fixture } from '../render/fixtures';

let local: Running;
beforeAll(async () => {
  local = await run();
  await local.put('moving.png', await animatedPng());
  await local.put('still.png', await fixture('photo.png'));
  await local.settle();
});
afterAll(() => local.close());

test('a viewer is told why an animation does not move, by the render and by what was stored', async () => {
  const path = '/100x100/moving.png?format=webp';
  const rendered = await local.get('/300x300/moving.png?format=webp');
  expect(rendered.headers).toMatchObject({
    'x-resizer': 'rendered',
    'x-resizer-note': expect.stringMatching(/^first frame: .*animated PNG/),
  });
  // HEAD stores the variant under its own name as well, and leaves it to S3 to answer.
  expect((await local.get(path, { method: 'HEAD' })).status).toBe(302);
  // Past the minimum TTL, for which the redirect stands.
  local.clock.advance(1_001);
  const { headers } = await local.get(path);
  expect(headers['x-resizer']).toBeUndefined();
  expect(headers['x-resizer-note']).toBe(rendered.headers['x-resizer-note']);
  expect(headers['x-amz-meta-note']).toBeUndefined();
});

test('an image that is what was asked for has no note', async () => {
  expect((await local.get('/100x100/still.png')).headers['x-resizer-note']).toBeUndefined();
});
