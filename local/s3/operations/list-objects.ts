import { S3_API } from '../../../edge/limits';
import { encodeUri } from '../../iam/signature';
import type { Reply } from '../../http/reply';
import type { StoredObject } from '../bucket-store';
import type { BucketCall } from '../call';
import { S3Error } from '../errors';
import { after, afterPrefix, list } from '../listing';
import type { Listing } from '../listing';
import { xmlReply } from '../xml';
import type { XmlElements } from '../xml';

type Encode = (text: string) => string;

/** ListObjectsV2. */
export function listObjectsV2(call: BucketCall): Reply {
  const { query } = call;
  const token = query.get('continuation-token');
  const startAfter = query.get('start-after') ?? '';
  const start = token === undefined ? after(startAfter) : decodeToken(token);
  const { listing, encode, common } = page(call, start);
  return xmlReply('ListBucketResult', {
    ...common,
    ...(startAfter !== '' && { StartAfter: encode(startAfter) }),
    ...(token !== undefined && { ContinuationToken: token }),
    ...(listing.next !== undefined && {
      NextContinuationToken: Buffer.from(listing.next, 'latin1').toString('base64'),
    }),
    KeyCount: listing.keys.length + listing.commonPrefixes.length,
    ...entries(call, listing, encode, query.get('fetch-owner') === 'true'),
  });
}

/** ListObjects, the first version, which a plain GET of the bucket is. */
export function listObjects(call: BucketCall): Reply {
  const { query } = call;
  const marker = query.get('marker') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const isPrefix = delimiter !== '' && marker.endsWith(delimiter);
  const { listing, encode, common } = page(call, isPrefix ? afterPrefix(marker) : after(marker));
  const hasMarker = listing.next !== undefined && delimiter !== '' && listing.last !== undefined;
  return xmlReply('ListBucketResult', {
    ...common,
    Marker: encode(marker),
    ...(hasMarker && { NextMarker: encode(listing.last ?? '') }),
    ...entries(call, listing, encode, true),
  });
}

function page({ query, bucket }: BucketCall, start: string) {
  const encode: Encode = query.get('encoding-type') === 'url' ? encodeKey : (text) => text;
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const max = parseMaxKeys(query.get('max-keys'));
  const listing = list(bucket.store.keys, { prefix, delimiter, start, max });
  const common: XmlElements = {
    Name: bucket.name,
    Prefix: encode(prefix),
    ...(delimiter !== '' && { Delimiter: encode(delimiter) }),
    ...(query.get('encoding-type') === 'url' && { EncodingType: 'url' }),
    MaxKeys: max,
    IsTruncated: listing.next !== undefined,
  };
  return { listing, encode, common };
}

function entries({ bucket }: BucketCall, listing: Listing, encode: Encode, withOwner: boolean): XmlElements {
  return {
    Contents: listing.keys.flatMap((key) => {
      const object = bucket.store.get(key);
      return object ? [describe(object, encode, withOwner)] : [];
    }),
    CommonPrefixes: listing.commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  };
}

function describe(
  { key, modified, etag, size, checksum }: StoredObject,
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
    StorageClass: 'STANDARD',
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
