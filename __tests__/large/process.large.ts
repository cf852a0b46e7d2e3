import { FAULTS, testFaults, withFaultyDistribution } from '../edge/origin-response/process-faults';

testFaults(withFaultyDistribution(), FAULTS, FAULTS);
