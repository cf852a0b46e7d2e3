import { render } from '../../../edge/render';
import { faultOf } from './mutants';
import { PRESET_SETTINGS, presetMutantOf } from './preset-mutants';

test.each(Array.from({ length: 40 }, (_, seed) => seed))(
  'the random preset of seed %i gives a picture of its size, or a refusal',
  async (seed) => {
    const mutant = await presetMutantOf(seed);
    expect(await faultOf(mutant, await render(mutant.original, mutant.variant, PRESET_SETTINGS))).toBeUndefined();
  },
);
