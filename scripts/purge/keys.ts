import { type S3Client, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import type { Places } from '../../edge/refresh/storage';

/** Every key of a bucket below a prefix, page by page. */
export async function* keysBelow(client: S3Client, bucket: string, prefix: string): AsyncGenerator<string> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key } of Contents) yield Key!;
  }
}

/**
 * Keys of all originals with a prefix, including removed ones that still have variants.
 * @param onFound called with the number so far
 */
export async function originalsBelow(
  { originals, variants, generation, base }: Places,
  prefix: string,
  onFound: (count: number) => void,
): Promise<string[]> {
  const found = new Set<string>();
  const add = (key: string) => {
    found.add(key);
    onFound(found.size);
  };
  for await (const key of keysBelow(originals.client, originals.bucket, originals.prefix + prefix)) {
    add(key.slice(originals.prefix.length));
  }
  const root = `${generation}${base}/`;
  for await (const key of keysBelow(variants.client, variants.bucket, root + prefix)) {
    // Any object directly below a key belongs to it, whatever its name.
    const original = key.slice(root.length, key.lastIndexOf('/'));
    if (original) add(original);
  }
  return [...found];
}
