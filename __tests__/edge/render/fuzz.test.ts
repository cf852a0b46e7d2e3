import seeds from './fuzz-seeds.json';
import { renderMutant } from './mutants';

test.each(seeds)('the damaged original of seed %i is rendered or refused', async (seed) => {
  expect(await renderMutant(seed)).toBeUndefined();
});
