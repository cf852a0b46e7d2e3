import { whyOf } from '../why';

/** An error answer of the playground's API; the message is a sentence. */
export class RequestError extends Error {
  constructor(
    readonly status: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A failure of S3, as a sentence. */
export function bucketError(bucket: string, error: unknown): RequestError {
  // Errors about focal points are sentences already, with S3's own error as their cause.
  const { message, cause = error } = error as Error & { cause?: unknown };
  const status = (cause as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  if (status === 404) return new RequestError(404, 'There is no such original.', { cause: error });
  const sentence = cause === error ? `${bucket}: ${whyOf(error)}.` : message;
  return new RequestError(status === undefined ? 500 : 502, sentence, { cause: error });
}
