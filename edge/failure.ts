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
  /** The render was ended for its cost, of which a slow moment can be the cause, too. */
  killed?: true;
}

/** Makes the one line of a failure; `message` says what is wrong and what is allowed. */
export const failure = (code: FailureCode, message: string): Failure => ({ code, message });

/** The failure of a render that was ended for its cost. @param what `time` or `memory`, where it is known */
export const tooCostly = (what?: 'time' | 'memory'): Failure => ({
  ...failure('TOO_LARGE', `The original costs more ${what ? `${what} ` : ''}than is allowed here.`),
  killed: true,
});

/** Type guard for Failure. */
export const isFailure = (value: object): value is Failure => 'code' in value && 'message' in value;
