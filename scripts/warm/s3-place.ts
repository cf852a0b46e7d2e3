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

/** Undefined for a text of another form. @throws UsageError for one without a bucket */
export function s3PlaceOf(text: string): S3Place | undefined {
  if (!text.startsWith('s3:')) return undefined;
  const match = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(text);
  if (!match) throw new UsageError(`'${text}' names no bucket; say s3://bucket/prefix.`);
  return { bucket: match[1]!, prefix: match[2]! };
}

/** Why a place cannot be read, in a sentence. */
const unreadable = ({ bucket, prefix }: S3Place, error: unknown): UsageError => {
  const isRegionMissing = (error as Error).message === 'Region is missing';
  const why = isRegionMissing ? 'its region is not known; set AWS_REGION' : whyOf(error);
  return new UsageError(`s3://${bucket}/${prefix} cannot be read: ${why}.`);
};

let client: S3Client | undefined;

/** One for all objects, so that its connections are used again; none where nothing is in S3. */
const s3 = (): S3Client => (client ??= new S3Client({ followRegionRedirects: true }));

/** Keys below a place, a page after the other, without the folders that consoles make. @throws UsageError */
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
