/**
 * The HTTP status of each failure to make a variant; `x-resizer-error` carries the code. Most sentences of a 415 are in
 * `render/refusals.ts`; those about bytes, cost and SVGs are where these are found out. A 400 never gets here: the function
 * at viewer-request answers it, with `viewer-request/refusal.ts`.
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
