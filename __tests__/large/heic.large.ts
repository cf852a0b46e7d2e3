import { expectOutcomes } from '../edge/render/damaged-heic';

test('whatever is damaged in a HEIC, the outcome is a picture or a refusal', () => expectOutcomes(300));
