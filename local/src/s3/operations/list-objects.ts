import { S3_API } from '../../../../edge/limits';
import type { Reply } from '../../http/reply';
import { encodeUri } from '../../iam/signature';
import type { StoredObject } from '../bucket-store';
import type { BucketCall } from '../call';
import { S3Error } from '../errors';
import { after, list } from '../listing';
import { type XmlElements, xmlReply } from '../xml';

type Encode = (text: string) => string;

export function listObjectsV2({ query, bucket }: BucketCall): Reply {
  const isUrlEncoded = query.get('encoding-type') === 'url';
  const encode: Encode = isUrlEncoded ? encodeKey : (text) => text;
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const max = parseMaxKeys(query.get('max-keys'));
  const token = query.get('continuation-token');
  const startAfter = query.get('start-after') ?? '';
  const start = token === undefined ? after(startAfter) : decodeToken(token);
  const { keys, commonPrefixes, next } = list(bucket.store.keys, { prefix, delimiter, start, max });
  const objects = keys.flatMap((key) => bucket.store.get(key) ?? []);
  return xmlReply('ListBucketResult', {
    Name: bucket.name,
    Prefix: encode(prefix),
    ...(delimiter !== '' && { Delimiter: encode(delimiter) }),
    ...(isUrlEncoded && { EncodingType: 'url' }),
    MaxKeys: max,
    IsTruncated: next !== undefined,
    ...(startAfter !== '' && { StartAfter: encode(startAfter) }),
    ...(token !== undefined && { ContinuationToken: token }),
    ...(next !== undefined && { NextContinuationToken: Buffer.from(next, 'latin1').toString('base64') }),
    KeyCount: keys.length + commonPrefixes.length,
    Contents: objects.map((object) => describe(object, encode, query.get('fetch-owner') === 'true')),
    CommonPrefixes: commonPrefixes.map((each) => ({ Prefix: encode(each) })),
  });
}

function describe(
  { key, modified, etag, size, checksum, headers }: StoredObject,
  encode: Encode,
  withOwner: boolean,
): XmlElements {
  return {
    Key: encode(key),
    LastModified: new Date(modified).toISOString(),
    ETag: `"${etag}"`,
    ...(checksum && { ChecksumAlgorithm: checksum.algorithm, ChecksumType: checksum.type }),
    Size: size,
    ...(withOwner && { Owner: { ID: 'local' } }),
    StorageClass: headers['x-amz-storage-class'] ?? 'STANDARD',
  };
}

function encodeKey(key: string): string {
  return key.split('/').map(encodeUri).join('/');
}

function parseMaxKeys(text: string | undefined): number {
  const max = text === undefined || text === '' ? S3_API.listedKeys : Number(text);
  if (!Number.isInteger(max) || max < 0) {
    throw new S3Error('InvalidArgument', { details: { ArgumentName: 'max-keys', ArgumentValue: text ?? '' } });
  }
  return Math.min(max, S3_API.listedKeys);
}

function decodeToken(token: string): string {
  if (!/^[A-Za-z0-9+/]+=*$/.test(token)) {
    throw new S3Error('InvalidArgument', { message: 'The continuation token provided is incorrect' });
  }
  return Buffer.from(token, 'base64').toString('latin1');
}
