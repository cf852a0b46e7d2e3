import type { FunctionLog, ObjectEvent, ServedAnswer } from 'cloudfront-image-resizer-local';
import type { ChangedObject } from './changes';
import { FormatReasons } from './format-reasons';
import { SentHeaders } from './sent-headers';

/** What a local distribution reports while it runs, of which the playground shows something. */
export class LocalReports {
  readonly sent = new SentHeaders();
  readonly reasons = new FormatReasons();
  readonly #onChange: ((object: ChangedObject) => void)[] = [];

  readonly onAnswer = (answer: ServedAnswer): void => this.sent.note(answer);

  readonly onFunctionLog = (log: FunctionLog): void => this.reasons.note(log);

  readonly onObjectEvent = (event: ObjectEvent): void => this.#onChange.forEach((tell) => tell(event));

  /** Calls a function for each change of an object. */
  followObjects(tell: (object: ChangedObject) => void): void {
    this.#onChange.push(tell);
  }
}
