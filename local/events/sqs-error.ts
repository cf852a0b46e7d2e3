/** An error as SQS answers it. SQS API Reference: CommonErrors and each action's own. */
export class SqsError extends Error {
  override name = 'SqsError';
  /** As the shape is named in the JSON protocol. */
  readonly code: string;
  /** As the older query protocol names it; the SDKs take the name of an exception from it. */
  readonly queryCode: string;
  readonly status: number;

  constructor(code: string, message: string, { queryCode = code, status = 400 } = {}) {
    super(message);
    this.code = code;
    this.queryCode = queryCode;
    this.status = status;
  }
}
