import {
  FAULTS,
  expectReplaced,
  expectUnavailable,
  withFaultyDistribution,
} from '../edge/origin-response/process-faults';

const running = withFaultyDistribution();

test.each(FAULTS)('a process that %s is replaced, and the picture made', (fault) => expectReplaced(running, fault));

test.each(FAULTS)('a process that %s, like the next ones, is a 503', (fault) => expectUnavailable(running, fault));
