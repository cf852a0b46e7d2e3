import type { FailureCode } from './failure-statuses';

/** Why a variant cannot be made. A failure is a value: it is answered and logged, never thrown across a module. */
export interface Failure {
  code: FailureCode;
  /** One line for the viewer: what is wrong, and what is allowed. */
  message: string;
  /** The render was killed for its cost, which a slow moment may have caused. */
  killed?: true;
}

export const failure = (code: FailureCode, message: string): Failure => ({ code, message });

/** The failure of a render that was killed for its cost. @param what it ran out of, if that is known */
export const tooCostly = (what?: 'time' | 'memory'): Failure => ({
  ...failure('TOO_LARGE', `The original costs more ${what ? `${what} ` : ''}than is allowed here.`),
  killed: true,
});

/** Type guard for Failure. */
export const isFailure = (value: object): value is Failure => 'code' in value && 'message' in value;
