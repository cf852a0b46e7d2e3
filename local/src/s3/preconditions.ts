import type { StoredObject } from './bucket-store';
import { S3Error } from './errors';

type Headers = Readonly<Record<string, string>>;

/**
 * Evaluates a read's conditional headers. S3 API Reference: GetObject (precedence).
 *
 * @returns `not modified` for a 304
 * @throws S3Error `PreconditionFailed`
 */
export function checkRead(headers: Headers, object: StoredObject): 'proceed' | 'not modified' {
  const ifMatch = headers['if-match'];
  if (ifMatch !== undefined) {
    if (!matchesEtag(ifMatch, object)) throw preconditionFailed('If-Match');
  } else if (object.modified > parseDate(headers['if-unmodified-since'], Infinity)) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch !== undefined) return matchesEtag(ifNoneMatch, object) ? 'not modified' : 'proceed';
  return object.modified <= parseDate(headers['if-modified-since'], -Infinity) ? 'not modified' : 'proceed';
}

/**
 * Evaluates a write's conditional headers. S3 User Guide: conditional-writes.
 *
 * @throws S3Error `PreconditionFailed`, or `NoSuchKey` for If-Match without an object
 */
export function checkWrite(headers: Headers, current: StoredObject | undefined): void {
  const ifMatch = headers['if-match'];
  if (ifMatch !== undefined && !current) throw new S3Error('NoSuchKey');
  if (ifMatch !== undefined && current && !matchesEtag(ifMatch, current)) throw preconditionFailed('If-Match');
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch === undefined) return;
  if (ifNoneMatch !== '*') throw new S3Error('NotImplemented', { details: { Header: 'If-None-Match' } });
  if (current) throw preconditionFailed('If-None-Match');
}

/** As `checkRead`, for the source of a copy, where `not modified` is a failure, too. */
export function checkCopySource(headers: Headers, object: StoredObject): void {
  const prefix = 'x-amz-copy-source-';
  const ofSource = Object.entries(headers).filter(([name]) => name.startsWith(prefix));
  const conditions = Object.fromEntries(ofSource.map(([name, value]) => [name.slice(prefix.length), value]));
  if (checkRead(conditions, object) === 'not modified') throw preconditionFailed('x-amz-copy-source-If-None-Match');
}

/** Whether If-Range matches, or is missing. */
export function matchesIfRange(headers: Headers, object: StoredObject): boolean {
  const condition = headers['if-range'];
  if (condition === undefined) return true;
  return matchesEtag(condition, object) || object.modified === Date.parse(condition);
}

function matchesEtag(condition: string, { etag }: StoredObject): boolean {
  const tags = new Set(condition.split(',').map((tag) => tag.trim().replace(/^W\//, '').replaceAll('"', '')));
  return tags.has('*') || tags.has(etag);
}

function parseDate(header: string | undefined, fallback: number): number {
  const time = Date.parse(header ?? '');
  return Number.isNaN(time) ? fallback : time;
}

function preconditionFailed(condition: string): S3Error {
  return new S3Error('PreconditionFailed', { details: { Condition: condition } });
}
