import { DeleteObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { randomBytes, randomUUID } from 'node:crypto';
import sharp from 'sharp';

/** Pixels of the test image. */
export const WIDTH = 2_400;
export const HEIGHT = 1_600;

/** What the checks work on, under keys that nothing else has. */
export interface Subjects {
  /** A picture of {@link WIDTH} by {@link HEIGHT}. */
  photo: string;
  /** Nothing but noise, so that no format makes it small. */
  noise: string;
  /** Not an image. */
  text: string;
  /** There is none of this key. */
  missing: string;
}

export interface Originals {
  client: S3Client;
  bucket: string;
  /** Empty, or ends in a slash. */
  prefix: string;
}

/** Two colours, so that a new version is told from an old one by its bytes. */
export function picture(hue: 'sunrise' | 'sunset'): Promise<Buffer> {
  const [from, to] = hue === 'sunrise' ? ['#f6c453', '#3b6fb6'] : ['#7a1f5c', '#1b1b3a'];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"><defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="${from}"/><stop offset="1" stop-color="${to}"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#g)"/><circle cx="900" cy="700" r="420" fill="${to}" opacity=".5"/></svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 90 }).toBuffer();
}

const noise = (): Promise<Buffer> =>
  sharp(randomBytes(1_200 * 900 * 3), { raw: { width: 1_200, height: 900, channels: 3 } })
    .png({ compressionLevel: 0 })
    .toBuffer();

export async function put({ client, bucket, prefix }: Originals, key: string, body: Buffer): Promise<void> {
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: prefix + key, Body: body }));
}

export async function remove({ client, bucket, prefix }: Originals, key: string): Promise<void> {
  await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: prefix + key }));
}

/** Names for what is going to be uploaded. */
export function nameSubjects(): Subjects {
  const folder = `smoke-test-${randomUUID()}`;
  return {
    photo: `${folder}/photo.jpg`,
    noise: `${folder}/noise.png`,
    text: `${folder}/notes.jpg`,
    missing: `${folder}/missing.jpg`,
  };
}

/** @throws what S3 fails with */
export async function uploadSubjects(originals: Originals, { photo, noise: large, text }: Subjects): Promise<void> {
  await put(originals, photo, await picture('sunrise'));
  await put(originals, large, await noise());
  await put(originals, text, Buffer.from('This is no image.\n'));
}

export async function removeSubjects(originals: Originals, { photo, noise: large, text }: Subjects): Promise<void> {
  for (const key of [photo, large, text]) await remove(originals, key);
}
