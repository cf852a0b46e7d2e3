import { ServiceError } from '../http/service-error';

/** An error as SQS answers it. SQS API Reference: CommonErrors and each operation's own. */
export class SqsError extends ServiceError {
  override name = 'SqsError';
  /** As the older query protocol names it; the SDKs take the name of an exception from it. */
  readonly queryCode: string;

  constructor(code: string, message: string, { queryCode = code, status = 400 } = {}) {
    super(status, code, message);
    this.queryCode = queryCode;
  }
}
