import { S3_API } from '../../../../edge/limits';
import type { Reply } from '../../http/reply';
import { receiveText } from '../body';
import type { BucketCall, ObjectCall } from '../call';
import { checksumHeader, CHECKSUM_ALGORITHMS } from '../checksums';
import { S3Error } from '../errors';
import { checkWrite } from '../preconditions';
import { type XmlElements, parseXml, xmlReply } from '../xml';

export function deleteObject(call: ObjectCall): Reply {
  if (call.headers['if-match'] !== undefined) checkWrite(call.headers, call.bucket.store.get(call.key));
  remove(call, call.key);
  return { status: 204, headers: call.bucket.versioned ? { 'x-amz-delete-marker': 'true' } : {} };
}

/** Each key is authorised by itself. */
export async function deleteObjects(call: BucketCall): Promise<Reply> {
  const checksums = ['content-md5', 'x-amz-trailer', ...CHECKSUM_ALGORITHMS.map(checksumHeader)];
  if (!checksums.some((name) => call.headers[name] !== undefined)) {
    throw new S3Error('InvalidRequest', { message: 'Missing required header for this request: Content-MD5' });
  }
  const { keys, quiet } = parseDelete(await receiveText(call.body));
  const deleted: XmlElements[] = [];
  const errors: XmlElements[] = [];
  for (const key of keys) {
    if (call.decide('s3:DeleteObject', call.bucket, key).allowed) {
      remove(call, key);
      deleted.push({ Key: key });
    } else {
      errors.push({ Key: key, Code: 'AccessDenied', Message: 'Access Denied' });
    }
  }
  return xmlReply('DeleteResult', { ...(!quiet && { Deleted: deleted }), Error: errors });
}

/** A versioned bucket gets a delete marker even for a missing key; otherwise only an existing key has an event. */
function remove({ bucket, emit }: BucketCall, key: string): void {
  if (bucket.versioned) emit({ type: 'ObjectRemoved:DeleteMarkerCreated', key });
  else if (bucket.store.get(key)) emit({ type: 'ObjectRemoved:Delete', key });
  bucket.store.delete(key);
}

function parseDelete(text: string): { keys: string[]; quiet: boolean } {
  const content = parseXml(text, 'Delete');
  const keys = [content['Object'] ?? []].flat().map((entry) => (entry as { Key?: unknown }).Key);
  const valid = keys.every((key) => typeof key === 'string' && key !== '');
  if (!valid || keys.length === 0 || keys.length > S3_API.deletedKeys) throw new S3Error('MalformedXML');
  return { keys: keys as string[], quiet: content['Quiet'] === 'true' };
}
