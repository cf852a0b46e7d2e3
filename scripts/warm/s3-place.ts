import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import { keysBelow } from '../purge/keys';
import { UsageError } from '../usage';

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

const WHY: Record<string, string> = {
  CredentialsProviderError: 'there are no AWS credentials',
  NoSuchBucket: 'there is no such bucket',
  AccessDenied: 'access is denied',
  InvalidAccessKeyId: 'the AWS credentials are not known',
  ExpiredToken: 'the AWS credentials have expired',
};

/** What S3 says, in a sentence. */
const refused = (place: S3Place, error: unknown): UsageError => {
  const { name, message } = error as Error;
  const why = message === 'Region is missing' ? 'its region is not known; set AWS_REGION' : (WHY[name] ?? message);
  return new UsageError(`s3://${place.bucket}/${place.prefix} cannot be read: ${why.replace(/\.$/, '')}.`);
};

let client: S3Client | undefined;

/** One for all objects, so that its connections are used again; none where nothing is in S3. */
const s3 = (): S3Client => (client ??= new S3Client({ followRegionRedirects: true }));

/** Keys below a place, a page after the other, without the folders that consoles make. @throws UsageError */
export async function* listKeys(place: S3Place): AsyncGenerator<string> {
  try {
    for await (const key of keysBelow(s3(), place.bucket, place.prefix)) if (!key.endsWith('/')) yield key;
  } catch (error) {
    throw refused(place, error);
  }
}

/** An object as a stream. @throws UsageError */
export async function openObject({ bucket, prefix: key }: S3Place): Promise<Readable> {
  try {
    return (await s3().send(new GetObjectCommand({ Bucket: bucket, Key: key }))).Body as Readable;
  } catch (error) {
    throw refused({ bucket, prefix: key }, error);
  }
}
