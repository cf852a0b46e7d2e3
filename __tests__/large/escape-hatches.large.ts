import { testEscapeHatches } from '../stack/escape-hatches';

testEscapeHatches();
