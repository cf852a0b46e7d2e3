import { DeleteObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** Where originals go. */
export interface Place {
  client: S3Client;
  bucket: string;
  /** Before each key; empty, or ends in a slash. */
  prefix: string;
}

/** So many files are on their way at the same time. */
const CONCURRENCY = 8;

const CONTENT_TYPES: Record<string, string> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  svg: 'image/svg+xml',
  tif: 'image/tiff',
  tiff: 'image/tiff',
};

/** The key of a file: its path below the folder, with slashes. */
export const keyOf = (folder: string, file: string): string => relative(folder, file).split(sep).join('/');

/** Every regular file below a folder. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Uploads one file. */
export async function upload({ client, bucket, prefix }: Place, key: string, file: string): Promise<void> {
  await client.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: prefix + key,
      Body: createReadStream(file),
      ContentLength: (await stat(file)).size,
      ContentType: CONTENT_TYPES[key.split('.').at(-1)!.toLowerCase()] ?? 'application/octet-stream',
    }),
  );
}

/** Removes what was uploaded under a key. */
export async function remove({ client, bucket, prefix }: Place, key: string): Promise<void> {
  await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: prefix + key }));
}

/** Uploads every regular file below a folder, under its relative path. @returns the keys */
export async function uploadFolder(place: Place, folder: string): Promise<string[]> {
  const files = await filesIn(folder);
  const waiting = [...files];
  const worker = async () => {
    for (let file = waiting.pop(); file; file = waiting.pop()) await upload(place, keyOf(folder, file), file);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return files.map((file) => keyOf(folder, file)).sort();
}
