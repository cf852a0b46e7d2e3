export * from './variant';
export { type VariantRequest as Wanted } from './variant';
export { normalise } from './viewer-request/normalise';
export { type Query } from './viewer-request/query';
export { type Refusal, isRefusal } from './viewer-request/refusal';
