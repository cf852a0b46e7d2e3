import { createHash } from 'node:crypto';
import type { Reply } from '../../http/reply';
import { receiveBody } from '../body';
import type { Draft } from '../bucket-store';
import type { BucketCall, ObjectCall } from '../call';
import { headersToStore, putHeaders } from '../object-headers';
import { checkWrite } from '../preconditions';

export async function putObject(call: ObjectCall): Promise<Reply> {
  const { bucket, key, headers } = call;
  const stored = headersToStore(headers);
  checkWrite(headers, bucket.store.get(key));
  return withDraft(call, async (draft) => {
    const { bytes, md5, checksum } = await receiveBody(call.body, (piece) => draft.handle.write(piece));
    await draft.handle.close();
    // Again, because another write may have finished meanwhile.
    checkWrite(headers, bucket.store.get(key));
    const described = { key, size: bytes, etag: md5, modified: call.now, headers: stored };
    call.emit({ type: 'ObjectCreated:Put', key, etag: md5, size: bytes });
    const object = bucket.store.commit(draft, checksum ? { ...described, checksum } : described);
    return { status: 200, headers: putHeaders(object) };
  });
}

/** Runs a task with a new draft, which is discarded if the task fails. */
export async function withDraft<T>({ bucket }: BucketCall, task: (draft: Draft) => Promise<T>): Promise<T> {
  const draft = await bucket.store.draft();
  try {
    return await task(draft);
  } catch (error) {
    await bucket.store.discard(draft);
    throw error;
  }
}

/** Copies a body into a draft, and closes it. @returns its MD5 in hex */
export async function copyInto(draft: Draft, body: AsyncIterable<Buffer>): Promise<string> {
  const md5 = createHash('md5');
  for await (const piece of body) {
    md5.update(piece);
    await draft.handle.write(piece);
  }
  await draft.handle.close();
  return md5.digest('hex');
}
