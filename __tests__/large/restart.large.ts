import { killAndCheck } from '../local/restart/killed';

test('kill -9 at sixty random moments leaves nothing stale, lost or left over', async () => {
  await expect(killAndCheck({ rounds: 60, seed: 7 })).resolves.toBeUndefined();
});
