import type { IncomingHttpHeaders } from 'node:http';
import type { ObjectHead } from './object-store';
import { S3Error } from './s3-error';

const names = (header: string, etag: string): boolean =>
  header === '*' ||
  header.split(',').some((each) => each.trim().replace(/^W\//, '').replaceAll('"', '') === etag.replaceAll('"', ''));

/** Conditions of a get or head. S3 API Reference: GetObject. @throws S3Error `PreconditionFailed` or `NotModified` */
export function checkRead(headers: IncomingHttpHeaders, { etag, modified }: ObjectHead): void {
  const seconds = Math.floor(modified / 1000) * 1000;
  const match = headers['if-match'];
  const unmodified = Date.parse(headers['if-unmodified-since'] ?? '');
  if (match ? !names(match, etag) : seconds > unmodified) {
    throw new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  }
  const noneMatch = headers['if-none-match'];
  const since = Date.parse(headers['if-modified-since'] ?? '');
  if (noneMatch ? names(noneMatch, etag) : seconds <= since) throw new S3Error('NotModified', 'Not Modified');
}

/** Conditions of a put. S3 User Guide: conditional-writes. @throws S3Error `PreconditionFailed` or `NoSuchKey` */
export function checkWrite(headers: IncomingHttpHeaders, present: ObjectHead | undefined): void {
  const match = headers['if-match'];
  if (match && !present) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
  if ((present && headers['if-none-match'] === '*') || (match && !names(match, present!.etag))) {
    throw new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  }
}
