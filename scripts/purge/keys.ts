import { type S3Client, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import type { Places } from '../../edge/refresh/storage';

/** Every key of a bucket below a prefix, a page after the other. */
export async function* keysBelow(client: S3Client, bucket: string, prefix: string): AsyncGenerator<string> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key } of Contents) yield Key!;
  }
}

/**
 * Keys of all originals that begin with a prefix: those that are there, and those that only variants are left of.
 * @param onFound told of the number so far
 */
export async function originalsBelow(
  { originals, variants, generation }: Places,
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
  for await (const key of keysBelow(variants.client, variants.bucket, `${generation}/${prefix}`)) {
    // Whatever its name is, it belongs to the key that it is directly below.
    const original = key.slice(generation.length + 1, key.lastIndexOf('/'));
    if (original) add(original);
  }
  return [...found];
}
