import { S3_API } from '../../../../edge/limits';
import type { Reply } from '../../http/reply';
import { parseCopySource } from '../address';
import type { StoredObject } from '../bucket-store';
import type { Bucket } from '../buckets';
import type { ObjectCall } from '../call';
import { S3Error } from '../errors';
import { copiedHeaders, headersToStore } from '../object-headers';
import { checkCopySource, checkWrite } from '../preconditions';
import { parseRange } from '../range';
import { xmlReply } from '../xml';
import { findObject } from './get-object';
import { copyInto, withDraft } from './put-object';

/** A copy of an object to itself has to change its metadata, or one of these. S3 API Reference: CopyObject. */
const CHANGEABLE_HEADERS = ['x-amz-storage-class', 'x-amz-website-redirect-location', 'x-amz-server-side-encryption'];

export async function copyObject(call: ObjectCall): Promise<Reply> {
  const { bucket, key, headers } = call;
  const source = findSource(call);
  const directive = headers['x-amz-metadata-directive'] ?? 'COPY';
  if (directive !== 'COPY' && directive !== 'REPLACE') {
    throw new S3Error('InvalidArgument', { message: 'Unknown metadata directive.' });
  }
  const isToItself = source.bucket === bucket && source.object.key === key;
  if (isToItself && directive === 'COPY' && !CHANGEABLE_HEADERS.some((name) => headers[name] !== undefined)) {
    throw new S3Error('InvalidRequest', {
      message:
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    });
  }
  if (source.object.size > S3_API.copyBytes) {
    throw new S3Error('InvalidRequest', {
      message: `The specified copy source is larger than the maximum allowable size for a copy source: ${S3_API.copyBytes}`,
    });
  }
  const stored = directive === 'REPLACE' ? headersToStore(headers) : copiedHeaders(source.object, headers);
  const body = source.bucket.store.read(source.object);
  return withDraft(call, async (draft) => {
    const etag = await copyInto(draft, body);
    checkWrite(headers, bucket.store.get(key));
    const { size, checksum } = source.object;
    const described = { key, size, etag, modified: call.now, headers: stored };
    call.emit({ type: 'ObjectCreated:Copy', key, etag, size });
    const object = bucket.store.commit(
      draft,
      checksum?.type === 'FULL_OBJECT' ? { ...described, checksum } : described,
    );
    return copyReply('CopyObjectResult', object.etag, object.modified);
  });
}

/**
 * The source of a copy, and the range of it to copy.
 * @throws S3Error if the caller may not read it, or its conditions fail
 */
export function findSource(call: ObjectCall): { bucket: Bucket; object: StoredObject; start: number; end: number } {
  const named = parseCopySource(call.headers['x-amz-copy-source'] ?? '');
  const bucket = call.buckets.get(named.bucket);
  if (!bucket) throw new S3Error('NoSuchBucket', { details: { BucketName: named.bucket } });
  const { allowed, reason } = call.decide('s3:GetObject', bucket, named.key);
  if (!allowed) throw new S3Error('AccessDenied', { message: `Access Denied: the copy source, ${reason}` });
  const object = findObject({ bucket, key: named.key, decide: call.decide });
  checkCopySource(call.headers, object);
  const range = parseRange(call.headers['x-amz-copy-source-range'], object.size);
  return { bucket, object, ...(range ?? { start: 0, end: object.size - 1 }) };
}

export function copyReply(root: 'CopyObjectResult' | 'CopyPartResult', etag: string, modified: number): Reply {
  return xmlReply(root, { LastModified: new Date(modified).toISOString(), ETag: `"${etag}"` });
}
