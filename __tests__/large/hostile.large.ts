import { type Running, run } from '../local/running';
import { DISTRIBUTIONS, OVERSIZED, expectOversizedRefused, expectSmokeEnds } from '../scripts/hostile-cases';

let local: Running;
beforeAll(async () => {
  local = await run();
});
afterAll(() => local.close());

test.each(Object.keys(OVERSIZED))('warm reads pages and sitemaps of 50 MB at most, and not one %s', (name) =>
  expectOversizedRefused(name),
);

test.each(Object.keys(DISTRIBUTIONS))('smoke ends with a distribution %s, and leaves nothing behind', (name) =>
  expectSmokeEnds(name, local),
);
