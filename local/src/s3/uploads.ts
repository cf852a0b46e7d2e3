import { randomUUID } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import type { Bucket } from './buckets';
import type { ChecksumAlgorithm, StoredChecksum } from './checksums';
import { S3Error } from './errors';

export interface Part {
  number: number;
  /** Of a closed draft. */
  path: string;
  size: number;
  /** Without quotes: the hex MD5. */
  etag: string;
  checksum: StoredChecksum | undefined;
  /** Milliseconds since the epoch. */
  modified: number;
}

/** A multipart upload in progress. */
export interface Upload {
  id: string;
  bucket: Bucket;
  key: string;
  /** The object's metadata. */
  headers: Readonly<Record<string, string>>;
  algorithm: ChecksumAlgorithm | undefined;
  checksumType: StoredChecksum['type'];
  initiated: number;
  parts: Map<number, Part>;
}

/** The multipart uploads in progress, in memory only. */
export class Uploads {
  readonly #uploads = new Map<string, Upload>();

  start(upload: Omit<Upload, 'id' | 'parts'>): Upload {
    const started = { ...upload, id: randomUUID(), parts: new Map<number, Part>() };
    this.#uploads.set(started.id, started);
    return started;
  }

  /** @throws S3Error `NoSuchUpload` */
  find(id: string | undefined, bucket: Bucket, key: string): Upload {
    const upload = this.#uploads.get(id ?? '');
    if (upload?.bucket !== bucket || upload.key !== key) throw new S3Error('NoSuchUpload');
    return upload;
  }

  of(bucket: Bucket): Upload[] {
    return [...this.#uploads.values()].filter((upload) => upload.bucket === bucket);
  }

  /** Adds a part, or replaces the one of the same number. */
  async addPart(upload: Upload, part: Part): Promise<void> {
    const previous = upload.parts.get(part.number);
    upload.parts.set(part.number, part);
    if (previous) await unlink(previous.path);
  }

  async end(upload: Upload): Promise<void> {
    this.#uploads.delete(upload.id);
    await Promise.all([...upload.parts.values()].map((part) => unlink(part.path)));
  }
}
