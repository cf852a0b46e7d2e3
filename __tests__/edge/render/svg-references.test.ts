import { testReferences } from './references';

testReferences(1);
