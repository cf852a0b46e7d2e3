/** Every way in which a variant cannot be made: the code that the answer carries, and its status. */
export const FAILURES = {
  NOT_FOUND: 404,
  UNSUPPORTED: 415,
  CORRUPT: 415,
  TOO_LARGE: 415,
  NOT_ALLOWED: 403,
  UNREADABLE: 500,
  UNAVAILABLE: 503,
} as const;

export type FailureCode = keyof typeof FAILURES;

/** A failure is a value: it is answered and logged, never thrown across a module. */
export interface Failure {
  code: FailureCode;
  /** One line for the viewer. */
  message: string;
  /** Whether the render was ended or came to an end for what it cost: with a slow moment as the cause, another may not. */
  killed?: true;
}

/** Makes the one line of a failure; `message` says what is wrong and what is allowed. */
export const failure = (code: FailureCode, message: string): Failure => ({ code, message });

/** Tells a failure from what it stands in place of. */
export const isFailure = (value: object): value is Failure => 'code' in value && 'message' in value;
