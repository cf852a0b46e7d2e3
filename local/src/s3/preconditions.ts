import type { StoredObject } from './bucket-store';
import { S3Error } from './errors';

type Headers = Readonly<Record<string, string>>;

/**
 * Whether a read may go on. S3 API Reference: GetObject (which header wins over which).
 *
 * @returns `not modified` where the answer is a 304
 * @throws S3Error `PreconditionFailed`
 */
export function checkRead(headers: Headers, object: StoredObject): 'proceed' | 'not modified' {
  const ifMatch = headers['if-match'];
  if (ifMatch !== undefined) {
    if (!names(ifMatch, object)) throw failed('If-Match');
  } else if (object.modified > date(headers['if-unmodified-since'], Infinity)) {
    throw failed('If-Unmodified-Since');
  }
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch !== undefined) return names(ifNoneMatch, object) ? 'not modified' : 'proceed';
  return object.modified <= date(headers['if-modified-since'], -Infinity) ? 'not modified' : 'proceed';
}

/**
 * Whether a write may replace what the key holds now. S3 User Guide: conditional-writes.
 *
 * @throws S3Error `PreconditionFailed`, or `NoSuchKey` where If-Match has nothing to match
 */
export function checkWrite(headers: Headers, current: StoredObject | undefined): void {
  const ifMatch = headers['if-match'];
  if (ifMatch !== undefined && !current) throw new S3Error('NoSuchKey');
  if (ifMatch !== undefined && current && !names(ifMatch, current)) throw failed('If-Match');
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch === undefined) return;
  if (ifNoneMatch !== '*') throw new S3Error('NotImplemented', { details: { Header: 'If-None-Match' } });
  if (current) throw failed('If-None-Match');
}

/** As `checkRead`, for the source of a copy; there a 304 is a failure too. */
export function checkCopySource(headers: Headers, object: StoredObject): void {
  const prefix = 'x-amz-copy-source-';
  const own = Object.entries(headers).filter(([name]) => name.startsWith(prefix));
  const conditions = Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value]));
  if (checkRead(conditions, object) === 'not modified') throw failed('x-amz-copy-source-If-None-Match');
}

/** Whether If-Range matches the object. Without the header it does. */
export function rangeHolds(headers: Headers, object: StoredObject): boolean {
  const condition = headers['if-range'];
  if (condition === undefined) return true;
  return names(condition, object) || object.modified === Date.parse(condition);
}

function names(condition: string, { etag }: StoredObject): boolean {
  const tags = new Set(condition.split(',').map((tag) => tag.trim().replace(/^W\//, '').replaceAll('"', '')));
  return tags.has('*') || tags.has(etag);
}

function date(header: string | undefined, otherwise: number): number {
  const time = Date.parse(header ?? '');
  return Number.isNaN(time) ? otherwise : time;
}

function failed(condition: string): S3Error {
  return new S3Error('PreconditionFailed', { details: { Condition: condition } });
}
