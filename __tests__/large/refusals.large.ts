import { askAgain } from '../edge/origin-response/ask-again';
import { frameBomb } from '../edge/render/fixtures';
import { run } from '../local/running';

test('a bomb that is asked for a thousand times is looked at once for each variant, and stored once', async () => {
  const local = await run();
  try {
    await local.put('bomb.gif', frameBomb(1, 60_000, 60_000));
    await local.settle();
    expect(await askAgain(local, 250)).toEqual({ renders: 4, puts: 4 });
  } finally {
    await local.close();
  }
});
