import type { FunctionLog, ObjectEvent, ServedAnswer } from 'cloudfront-image-resizer-local';
import type { ChangedObject } from './changes';
import { FormatReasons } from './format-reasons';
import { SentHeaders } from './sent-headers';

/** Collects the reports of a running local distribution, for the playground. */
export class LocalReports {
  readonly sent = new SentHeaders();
  readonly reasons = new FormatReasons();
  readonly #listeners: ((object: ChangedObject) => void)[] = [];

  readonly onAnswer = (answer: ServedAnswer): void => this.sent.note(answer);

  readonly onFunctionLog = (log: FunctionLog): void => this.reasons.note(log);

  readonly onObjectEvent = (event: ObjectEvent): void => this.#listeners.forEach((listener) => listener(event));

  /** Calls a function for each change of an object. */
  followObjects(listener: (object: ChangedObject) => void): void {
    this.#listeners.push(listener);
  }
}
