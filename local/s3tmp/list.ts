import type { ObjectStore } from './object-store';
import { S3Error, toXml } from './s3-error';

/** S3 API Reference: ListObjectsV2 */
const MAX_KEYS = 1_000;

const upperBound =
  (prefix: string): ((key: string) => boolean) =>
  (key) =>
    key.startsWith(prefix);

/** Answers ListObjectsV2. */
export function listObjects(bucket: string, store: ObjectStore, query: URLSearchParams): string {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const token = query.get('continuation-token');
  const after = token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString();
  const maxKeys = Number(query.get('max-keys') ?? MAX_KEYS);
  if (!Number.isInteger(maxKeys) || maxKeys < 0) throw new S3Error('InvalidArgument', 'max-keys is no whole number.');
  const most = Math.min(maxKeys, MAX_KEYS);
  const encode = query.get('encoding-type') === 'url' ? encodeURIComponent : (text: string) => text;

  const contents: string[] = [];
  const folders = new Set<string>();
  const afterBytes = Buffer.from(after);
  const belongs = upperBound(prefix);
  let last = '';
  let truncated = false;
  for (const key of store.keys()) {
    if (!belongs(key) || (after && Buffer.compare(Buffer.from(key), afterBytes) <= 0)) continue;
    const cut = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    const folder = cut < 0 ? undefined : key.slice(0, cut + delimiter.length);
    if (folder !== undefined && (folders.has(folder) || (after && folder <= after && after.startsWith(folder))))
      continue;
    if (contents.length + folders.size >= most) {
      truncated = true;
      break;
    }
    if (folder === undefined) contents.push(key);
    else folders.add(folder);
    last = folder === undefined ? key : `${folder}\u{10ffff}`;
  }
  return toXml({
    ListBucketResult: {
      Name: bucket,
      Prefix: encode(prefix),
      ...(delimiter && { Delimiter: encode(delimiter) }),
      ...(query.has('encoding-type') && { EncodingType: 'url' }),
      MaxKeys: most,
      KeyCount: contents.length + folders.size,
      IsTruncated: truncated,
      ...(truncated && { NextContinuationToken: Buffer.from(last).toString('base64url') }),
      Contents: contents.map((key) => {
        const { size, etag, modified } = store.head(key)!;
        return {
          Key: encode(key),
          LastModified: new Date(modified).toISOString(),
          ETag: etag,
          Size: size,
          StorageClass: 'STANDARD',
        };
      }),
      CommonPrefixes: [...folders].map((folder) => ({ Prefix: encode(folder) })),
    },
  });
}
