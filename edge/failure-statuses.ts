/**
 * The HTTP status of each failure to make a variant; `x-resizer-error` carries the code. Each 415 gets its sentence in
 * `render/refusals.ts`, each 400 in `viewer-request/refusal.ts`, without coming here.
 */
export const FAILURE_STATUSES = {
  NOT_FOUND: 404,
  UNSUPPORTED: 415,
  CORRUPT: 415,
  TOO_LARGE: 415,
  NOT_ALLOWED: 403,
  UNREADABLE: 500,
  UNAVAILABLE: 503,
} as const;

export type FailureCode = keyof typeof FAILURE_STATUSES;
