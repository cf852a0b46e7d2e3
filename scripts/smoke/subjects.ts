import { DeleteObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { randomBytes, randomUUID } from 'node:crypto';
import sharp from 'sharp';
import { FOCUS_METADATA, printPoint } from '../../edge/focus';

/** Pixels of the picture, upright. */
export const PHOTO = { width: 2_400, height: 1_600 };

/** The focal point of the picture: the centre of its circle. */
export const FOCUS = { x: 0.375, y: 0.4375 };

/** Pixels of the noise. */
export const NOISE = { width: 1_200, height: 900 };

/** Pixels of a line of {@link drawing}. */
export const LETTERS = { width: 240, height: 60 };

/** Keys of the originals that the checks use. No other originals have such keys. */
export interface Subjects {
  /** A picture as {@link picture} makes it. */
  photo: string;
  /** Noise, which no format makes small. */
  noise: string;
  /** An SVG as {@link drawing} makes it. */
  drawing: string;
  /** Not an image. */
  text: string;
  /** The picture in a private folder; missing without such a folder, or without a key to sign with. */
  member?: string;
  /** A key without an original. */
  missing: string;
}

export interface Originals {
  client: S3Client;
  bucket: string;
  /** Empty, or ends in a slash. */
  prefix: string;
}

const GPS = { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1', GPSLongitudeRef: 'W', GPSLongitude: '0/1 7/1 0/1' };

/** EXIF orientation: to be turned clockwise by 90 degrees. */
const ON_ITS_SIDE = 6;

/**
 * A JPEG as from a camera that was held on its side, with a GPS position.
 * @param hue to tell two versions apart
 */
export async function picture(hue: 'sunrise' | 'sunset'): Promise<Buffer> {
  const [from, to] = hue === 'sunrise' ? ['#f6c453', '#3b6fb6'] : ['#7a1f5c', '#1b1b3a'];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${PHOTO.width}" height="${PHOTO.height}"><defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="${from}"/><stop offset="1" stop-color="${to}"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#g)"/><circle cx="900" cy="700" r="420" fill="${to}" opacity=".5"/></svg>`;
  const stored = await sharp(Buffer.from(svg)).rotate(270).toBuffer();
  return sharp(stored)
    .withExif({ IFD0: { Model: 'Smoke' }, IFD3: GPS })
    .withMetadata({ orientation: ON_ITS_SIDE })
    .jpeg({ quality: 90 })
    .toBuffer();
}

const noise = (): Promise<Buffer> =>
  sharp(randomBytes(NOISE.width * NOISE.height * 3), { raw: { ...NOISE, channels: 3 } })
    .png({ compressionLevel: 0 })
    .toBuffer();

/** An SVG with two lines of different letters, each of {@link LETTERS}, which only look the same as boxes. */
const drawing = (): Buffer =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${LETTERS.width}" height="${LETTERS.height * 2}" font-family="monospace" font-size="40"><rect width="100%" height="100%" fill="#fff"/><text x="10" y="44">iiiiii</text><text x="10" y="${LETTERS.height + 44}">ЖΩЖΩЖΩ</text></svg>`,
  );

/** @param focus its focal point, as in the metadata */
export async function put(
  { client, bucket, prefix }: Originals,
  key: string,
  body: Buffer,
  focus?: string,
): Promise<void> {
  const metadata = focus === undefined ? {} : { Metadata: { [FOCUS_METADATA]: focus } };
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: prefix + key, Body: body, ...metadata }));
}

export async function remove({ client, bucket, prefix }: Originals, key: string): Promise<void> {
  await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: prefix + key }));
}

/**
 * Keys for the originals that are going to be uploaded.
 * @param privateFolder folder for a picture for members
 */
export function nameSubjects(privateFolder?: string): Subjects {
  const folder = `smoke-test-${randomUUID()}`;
  return {
    photo: `${folder}/photo.jpg`,
    noise: `${folder}/noise.png`,
    drawing: `${folder}/drawing.svg`,
    text: `${folder}/notes.jpg`,
    ...(privateFolder !== undefined && { member: `${privateFolder}/${folder}/photo.jpg` }),
    missing: `${folder}/missing.jpg`,
  };
}

/** @throws Error of one line if S3 refuses them */
export async function uploadSubjects(originals: Originals, subjects: Subjects): Promise<void> {
  try {
    await put(originals, subjects.photo, await picture('sunrise'), printPoint(FOCUS));
    await put(originals, subjects.noise, await noise());
    await put(originals, subjects.drawing, drawing());
    if (subjects.member !== undefined) await put(originals, subjects.member, await picture('sunrise'));
    await put(originals, subjects.text, Buffer.from('This is no image.\n'));
  } catch (error) {
    throw new Error(`Nothing can be uploaded to ${originals.bucket}: ${(error as Error).message}`, { cause: error });
  }
}

/** @throws Error of one line that names the original that is left behind */
export async function removeSubjects(originals: Originals, subjects: Subjects): Promise<void> {
  const { photo, noise: noisy, drawing: drawn, text, member } = subjects;
  for (const key of [photo, noisy, drawn, text, ...(member === undefined ? [] : [member])]) {
    // One after the other, so that the error names the one that cannot be removed.
    await remove(originals, key).catch((error: Error) => {
      throw new Error(`s3://${originals.bucket}/${originals.prefix}${key} is left behind: ${error.message}`, {
        cause: error,
      });
    });
  }
}
