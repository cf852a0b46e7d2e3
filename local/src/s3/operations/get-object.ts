import type { Reply } from '../../http/reply';
import type { StoredObject } from '../bucket-store';
import type { ObjectCall } from '../call';
import { S3Error } from '../errors';
import { checksumHeaders, notModifiedHeaders, readHeaders } from '../object-headers';
import { checkRead, matchesIfRange } from '../preconditions';
import { parseRange } from '../range';

export function getObject(call: ObjectCall): Reply {
  const object = findObject(call);
  if (checkRead(call.headers, object) === 'not modified') return { status: 304, headers: notModifiedHeaders(object) };

  const range = matchesIfRange(call.headers, object) ? parseRange(call.headers['range'], object.size) : undefined;
  const headers = readHeaders(object, call.query);
  if (range) {
    headers['content-range'] = `bytes ${range.start}-${range.end}/${object.size}`;
    headers['content-length'] = String(range.end - range.start + 1);
    return { status: 206, headers, stream: call.bucket.store.read(object, range.start, range.end) };
  }
  headers['content-length'] = String(object.size);
  if (call.headers['x-amz-checksum-mode'] === 'ENABLED') Object.assign(headers, checksumHeaders(object));
  return { status: 200, headers, ...(object.size > 0 && { stream: call.bucket.store.read(object) }) };
}

export function headObject(call: ObjectCall): Reply {
  const { stream, ...reply } = getObject(call);
  stream?.destroy();
  return reply;
}

/**
 * The object of a key.
 *
 * @throws S3Error `NoSuchKey` if the caller may list the bucket, else `AccessDenied`, which does not tell whether the
 * key exists. S3 API Reference: GetObject, permissions.
 */
export function findObject({ bucket, key, decide }: Pick<ObjectCall, 'bucket' | 'key' | 'decide'>): StoredObject {
  const object = bucket.store.get(key);
  if (object) return object;
  const { allowed, reason } = decide('s3:ListBucket', bucket);
  if (!allowed) throw new S3Error('AccessDenied', { message: `Access Denied: a missing key, ${reason}` });
  throw new S3Error('NoSuchKey', { details: { Key: key } });
}
