import { testReferences } from '../edge/render/references';

testReferences();
