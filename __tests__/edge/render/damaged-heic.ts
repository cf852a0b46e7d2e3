import { isFailure } from '../../../edge/failure';
import { Dice } from './dice';
import { heicFixture } from './fixtures/heic';
import { tryRender } from './picture';

const OUTCOMES = ['rendered', 'CORRUPT', 'UNSUPPORTED', 'TOO_LARGE'];

/** Checks that what comes of damaged HEICs is a picture or a refusal. @param turns how many, each with another damage */
export async function expectOutcomes(turns: number): Promise<void> {
  const files = [await heicFixture('phone'), await heicFixture('camera'), await heicFixture('transparent')];
  const dice = new Dice(23);
  for (let turn = 0; turn < turns; turn++) {
    const damaged = Buffer.from(files[turn % files.length]!);
    const reach = turn % 2 ? damaged.length : 900;
    for (let bits = 0; bits < 3; bits++) damaged[dice.below(reach)]! ^= 1 << dice.below(8);
    const outcome = await tryRender(damaged, { width: 60 }, { heic: true });
    expect(OUTCOMES).toContain(isFailure(outcome) ? outcome.code : 'rendered');
  }
}
