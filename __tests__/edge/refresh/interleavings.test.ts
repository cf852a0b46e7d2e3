import { checkInterleavings } from './interleavings';

test('no stale variant is left in any interleaving of overwrites, renders and passes', async () => {
  await expect(checkInterleavings(100, 20_261_121)).resolves.toBeUndefined();
});
