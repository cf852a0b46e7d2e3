import { DeleteObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { readFile, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import pMap from 'p-map';

/** Where originals go. */
export interface Place {
  client: S3Client;
  bucket: string;
  /** Before each key; empty, or ends in a slash. */
  prefix: string;
}

/** Uploads at the same time. */
const CONCURRENCY = 8;

const CONTENT_TYPES: Record<string, string> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  heic: 'image/heic',
  svg: 'image/svg+xml',
  tif: 'image/tiff',
  tiff: 'image/tiff',
};

/** The key of a file: its path below the folder, with slashes. */
export const keyOf = (folder: string, file: string): string => relative(folder, file).split(sep).join('/');

/** Editors and version control use hidden files and folders. */
export const isHidden = (folder: string, file: string): boolean => /(^|\/)\.[^/]/.test(keyOf(folder, file));

/** Every regular file below a folder that is not hidden. Links are not followed, since they might form a loop. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !isHidden(folder, file));
}

/** By the extension of a key. */
export const contentTypeOf = (key: string): string =>
  CONTENT_TYPES[key.split('.').at(-1)!.toLowerCase()] ?? 'application/octet-stream';

export async function upload({ client, bucket, prefix }: Place, key: string, file: string): Promise<void> {
  await client.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: prefix + key,
      Body: await readFile(file),
      ContentType: contentTypeOf(key),
    }),
  );
}

export async function remove({ client, bucket, prefix }: Place, key: string): Promise<void> {
  await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: prefix + key }));
}

/**
 * Uploads every file below a folder, under its relative path.
 * @param log called for each file that cannot be uploaded; the others still are
 * @returns the keys
 */
export async function uploadFolder(place: Place, folder: string, log: (line: string) => void): Promise<string[]> {
  const keys: string[] = [];
  await pMap(
    await filesIn(folder),
    async (file) => {
      const key = keyOf(folder, file);
      try {
        await upload(place, key, file);
        keys.push(key);
      } catch (error) {
        log(`${key} is left out: ${(error as Error).message}`);
      }
    },
    { concurrency: CONCURRENCY },
  );
  return keys.sort();
}
