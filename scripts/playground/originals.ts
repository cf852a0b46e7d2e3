import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import type { FocalPoint, Original, Originals } from '../../playground/protocol';
import { readFocus, setFocus } from '../focus/set-focus';
import { type Place, contentTypeOf } from '../start/upload';

/** Originals that the page lists and searches. */
const MAX_LISTED = 10_000;

interface OriginalBody {
  body: Readable;
  contentType: string;
}

/** The originals of a bucket. */
export class BucketOriginals {
  readonly place: Place;

  constructor(place: Place) {
    this.place = place;
  }

  async list(): Promise<Originals> {
    const { client, bucket, prefix } = this.place;
    const originals: Original[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
      for (const { Key = '', Size = 0, ETag = '', LastModified } of Contents) {
        const key = Key.slice(prefix.length);
        // Consoles make empty objects for folders.
        if (key === '' || key.endsWith('/')) continue;
        if (originals.length === MAX_LISTED) return { originals, isTruncated: true };
        const version = `${ETag.replaceAll('"', '')}-${LastModified?.getTime() ?? 0}`;
        originals.push({ key, bytes: Size, version });
      }
    }
    return { originals, isTruncated: false };
  }

  async get(key: string): Promise<OriginalBody> {
    const { client, bucket, prefix } = this.place;
    const { Body, ContentType = 'application/octet-stream' } = await client.send(
      new GetObjectCommand({ Bucket: bucket, Key: prefix + key }),
    );
    return { body: Body as Readable, contentType: ContentType };
  }

  async put(key: string, body: Buffer): Promise<void> {
    const { client, bucket, prefix } = this.place;
    const object = { Bucket: bucket, Key: prefix + key, Body: body, ContentType: contentTypeOf(key) };
    await client.send(new PutObjectCommand(object));
  }

  async remove(key: string): Promise<void> {
    const { client, bucket, prefix } = this.place;
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: prefix + key }));
  }

  /** @returns undefined without a focal point */
  async focus(key: string): Promise<FocalPoint | undefined> {
    const { client, bucket, prefix } = this.place;
    return (await readFocus(client, bucket, prefix + key)).point;
  }

  /** @param point undefined removes it */
  async setFocus(key: string, point: FocalPoint | undefined): Promise<void> {
    const { client, bucket, prefix } = this.place;
    await setFocus(client, bucket, prefix + key, point);
  }
}

/** Originals of which only the keys are known. */
export const listedOriginals = (keys: string[]): Originals => ({
  originals: keys.slice(0, MAX_LISTED).map((key) => ({ key })),
  isTruncated: keys.length > MAX_LISTED,
});
