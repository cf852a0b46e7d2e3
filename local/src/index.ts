/** The public interface of this package. */
export { FAULT_ACTIONS } from './fault-actions';
export { Faults, parseFault } from './faults';
export { checkUnlocked } from './folder-lock';
export { wildcard } from './iam/wildcard';
export type { ServedAnswer } from './cloudfront/served-answer';
export type { ObjectEvent } from './s3/object-event';
export type { FunctionLog } from './function-logs';
export { type LocalDistribution, type LocalOptions, startLocalDistribution } from './local-distribution';
