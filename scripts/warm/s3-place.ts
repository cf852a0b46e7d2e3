import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import { keysBelow } from '../purge/keys';
import { UsageError } from '../usage';
import { whyOf } from '../why';

/** `s3://bucket/prefix`. */
export interface S3Place {
  bucket: string;
  prefix: string;
}

/** @throws UsageError for any other text */
export function parseS3Place(text: string): S3Place {
  const match = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(text);
  if (!match) throw new UsageError(`'${text}' names no bucket. Expected s3://bucket/prefix.`);
  return { bucket: match[1]!, prefix: match[2]! };
}

/** Undefined for a file or an http URL. @throws UsageError for an `s3:` URL without a bucket */
export const s3PlaceOf = (text: string): S3Place | undefined =>
  text.startsWith('s3:') ? parseS3Place(text) : undefined;

const unreadable = ({ bucket, prefix }: S3Place, error: unknown): UsageError => {
  const isRegionMissing = (error as Error).message === 'Region is missing';
  const why = isRegionMissing ? 'its region is not known; set AWS_REGION' : whyOf(error);
  return new UsageError(`s3://${bucket}/${prefix} cannot be read: ${why}.`);
};

let client: S3Client | undefined;

/** One client for all objects, so that connections are reused. */
const s3 = (): S3Client => (client ??= new S3Client({ followRegionRedirects: true }));

/** Keys below a place, page by page, without the empty objects that consoles make for folders. @throws UsageError */
export async function* listKeys(place: S3Place): AsyncGenerator<string> {
  try {
    for await (const key of keysBelow(s3(), place.bucket, place.prefix)) if (!key.endsWith('/')) yield key;
  } catch (error) {
    throw unreadable(place, error);
  }
}

/** An object as a stream. @throws UsageError */
export async function openObject({ bucket, prefix: key }: S3Place): Promise<Readable> {
  try {
    return (await s3().send(new GetObjectCommand({ Bucket: bucket, Key: key }))).Body as Readable;
  } catch (error) {
    throw unreadable({ bucket, prefix: key }, error);
  }
}
