import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { S3_API } from '../../../../edge/limits';
import type { Reply } from '../../http/reply';
import { receiveBody, receiveText } from '../body';
import type { Draft } from '../bucket-store';
import type { BucketCall, ObjectCall } from '../call';
import { CHECKSUM_ALGORITHMS, type StoredChecksum, checksumHeader, findAlgorithm, startChecksum } from '../checksums';
import { S3Error } from '../errors';
import { headersToStore } from '../object-headers';
import { checkWrite } from '../preconditions';
import type { Part, Upload } from '../uploads';
import { parseXml, xmlReply } from '../xml';
import { copyReply, findSource } from './copy-object';
import { copyInto, withDraft } from './put-object';

export function createMultipartUpload(call: ObjectCall): Reply {
  const { bucket, key, headers, uploads, now } = call;
  const algorithm = findAlgorithm(headers['x-amz-checksum-algorithm']);
  const requested = headers['x-amz-checksum-type'] ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  const checksumType = requested === 'FULL_OBJECT' ? 'FULL_OBJECT' : 'COMPOSITE';
  const stored = headersToStore(headers);
  const upload = uploads.start({ bucket, key, headers: stored, algorithm, checksumType, initiated: now });
  const checksumHeaders = { 'x-amz-checksum-algorithm': algorithm ?? '', 'x-amz-checksum-type': checksumType };
  return xmlReply(
    'InitiateMultipartUploadResult',
    { Bucket: bucket.name, Key: key, UploadId: upload.id },
    algorithm && checksumHeaders,
  );
}

export async function uploadPart(call: ObjectCall): Promise<Reply> {
  const { upload, number } = targetPart(call);
  return withDraft(call, async (draft) => {
    const { bytes, md5, checksum } = await receiveBody(call.body, (piece) => draft.handle.write(piece));
    await draft.handle.close();
    const part = { number, path: draft.path, size: bytes, etag: md5, checksum, modified: call.now };
    await call.uploads.addPart(upload, part);
    const headers = checksum ? { [checksumHeader(checksum.algorithm)]: checksum.value } : {};
    return { status: 200, headers: { etag: `"${md5}"`, ...headers } };
  });
}

export async function uploadPartCopy(call: ObjectCall): Promise<Reply> {
  const { upload, number } = targetPart(call);
  const { bucket, object, start, end } = findSource(call);
  const body = bucket.store.read(object, start, end);
  return withDraft(call, async (draft) => {
    const etag = await copyInto(draft, body);
    const part = { number, path: draft.path, size: end - start + 1, etag, checksum: undefined, modified: call.now };
    await call.uploads.addPart(upload, part);
    return copyReply('CopyPartResult', etag, call.now);
  });
}

export async function completeMultipartUpload(call: ObjectCall): Promise<Reply> {
  const { bucket, key, headers, uploads } = call;
  const upload = uploads.find(call.query.get('uploadId'), bucket, key);
  // Here a checksum header is of the whole object, not of the request's body.
  const ofBody = Object.entries(headers).filter(([name]) => !CHECKSUM_ALGORITHMS.map(checksumHeader).includes(name));
  const parts = listedParts(upload, await receiveText({ ...call.body, headers: Object.fromEntries(ofBody) }));
  checkWrite(headers, bucket.store.get(key));
  return withDraft(call, async (draft) => {
    const checksum = await joinParts(upload, parts, draft);
    const claimed = checksum && headers[checksumHeader(checksum.algorithm)];
    if (claimed !== undefined && claimed !== checksum?.value) throw new S3Error('BadDigest');
    checkWrite(headers, bucket.store.get(key));
    uploads.find(upload.id, bucket, key);
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    const etag = etagOf(parts);
    const described = { key, size, etag, modified: call.now, headers: upload.headers };
    call.emit({ type: 'ObjectCreated:CompleteMultipartUpload', key, etag, size });
    const object = bucket.store.commit(draft, checksum ? { ...described, checksum } : described);
    await uploads.end(upload);
    const result = { Bucket: bucket.name, Key: key, ETag: `"${object.etag}"`, ...checksumElements(object.checksum) };
    return xmlReply('CompleteMultipartUploadResult', result);
  });
}

export async function abortMultipartUpload({ query, bucket, key, uploads }: ObjectCall): Promise<Reply> {
  await uploads.end(uploads.find(query.get('uploadId'), bucket, key));
  return { status: 204 };
}

export function listParts({ query, bucket, key, uploads }: ObjectCall): Reply {
  const upload = uploads.find(query.get('uploadId'), bucket, key);
  const marker = Number(query.get('part-number-marker') ?? 0);
  const all = [...upload.parts.values()].sort((a, b) => a.number - b.number).filter(({ number }) => number > marker);
  const page = all.slice(0, Math.min(Number(query.get('max-parts') ?? S3_API.listedKeys), S3_API.listedKeys));
  return xmlReply('ListPartsResult', {
    Bucket: bucket.name,
    Key: key,
    UploadId: upload.id,
    IsTruncated: page.length < all.length,
    NextPartNumberMarker: page.at(-1)?.number ?? marker,
    Part: page.map(({ number, modified, etag, size, checksum }) => ({
      PartNumber: number,
      LastModified: new Date(modified).toISOString(),
      ETag: `"${etag}"`,
      Size: size,
      ...checksumElements(checksum),
    })),
  });
}

export function listMultipartUploads({ bucket, uploads }: BucketCall): Reply {
  return xmlReply('ListMultipartUploadsResult', {
    Bucket: bucket.name,
    IsTruncated: false,
    Upload: uploads.of(bucket).map(({ id, key, initiated }) => ({
      Key: key,
      UploadId: id,
      Initiated: new Date(initiated).toISOString(),
    })),
  });
}

/** The upload and part number of a request. */
function targetPart({ query, bucket, key, uploads }: ObjectCall): { upload: Upload; number: number } {
  const number = Number(query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > S3_API.parts) {
    throw new S3Error('InvalidArgument', {
      message: `Part number must be an integer between 1 and ${S3_API.parts}, inclusive`,
    });
  }
  return { upload: uploads.find(query.get('uploadId'), bucket, key), number };
}

/** The parts that a request's document lists. @throws S3Error */
function listedParts(upload: Upload, document: string): Part[] {
  const listed = [parseXml(document, 'CompleteMultipartUpload')['Part'] ?? []].flat() as Record<string, unknown>[];
  if (listed.length === 0) throw new S3Error('MalformedXML');
  const parts = listed.map((entry) => {
    const part = upload.parts.get(Number(entry['PartNumber']));
    const checksum = part?.checksum && entry[`Checksum${part.checksum.algorithm}`];
    const etag = typeof entry['ETag'] === 'string' ? entry['ETag'].replaceAll('"', '') : '';
    if (part?.etag !== etag || (checksum ?? part.checksum?.value) !== part.checksum?.value) {
      throw new S3Error('InvalidPart');
    }
    return part;
  });
  if (parts.some((part, index) => index > 0 && part.number <= (parts[index - 1]?.number ?? 0))) {
    throw new S3Error('InvalidPartOrder');
  }
  if (parts.slice(0, -1).some(({ size }) => size < S3_API.partBytes)) throw new S3Error('EntityTooSmall');
  return parts;
}

async function joinParts(upload: Upload, parts: Part[], draft: Draft): Promise<StoredChecksum | undefined> {
  const { algorithm, checksumType } = upload;
  const whole = algorithm && checksumType === 'FULL_OBJECT' ? startChecksum(algorithm) : undefined;
  for (const part of parts) {
    for await (const piece of createReadStream(part.path) as AsyncIterable<Buffer>) {
      whole?.update(piece);
      await draft.handle.write(piece);
    }
  }
  await draft.handle.close();
  if (algorithm && whole) return { algorithm, value: await whole.finish(), type: 'FULL_OBJECT' };
  return compositeChecksum(upload, parts);
}

/** The checksum of the parts' checksums. S3 User Guide: checking-object-integrity-upload. */
async function compositeChecksum({ algorithm }: Upload, parts: Part[]): Promise<StoredChecksum | undefined> {
  if (!algorithm || !parts.every(({ checksum }) => checksum?.algorithm === algorithm)) return undefined;
  const running = startChecksum(algorithm);
  for (const { checksum } of parts) running.update(Buffer.from(checksum?.value ?? '', 'base64'));
  return { algorithm, value: `${await running.finish()}-${parts.length}`, type: 'COMPOSITE' };
}

/** The MD5 of the parts' MD5s, with their number. */
function etagOf(parts: Part[]): string {
  const md5 = createHash('md5');
  for (const { etag } of parts) md5.update(etag, 'hex');
  return `${md5.digest('hex')}-${parts.length}`;
}

function checksumElements(checksum: StoredChecksum | undefined): Record<string, string> {
  if (!checksum) return {};
  return { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type };
}
