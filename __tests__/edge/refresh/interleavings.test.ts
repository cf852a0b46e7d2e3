import { checkInterleavings } from './interleavings';

test('however overwrites, renders and passes interleave, nothing stale is left when things have settled', async () => {
  await expect(checkInterleavings(100, 20_261_121)).resolves.toBeUndefined();
});
