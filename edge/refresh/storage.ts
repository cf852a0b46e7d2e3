import {
  DeleteObjectsCommand,
  HeadObjectCommand,
  S3Client,
  S3ServiceException,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { focusOf, printPoint } from '../focus';
import { S3_KEY_BYTES, S3_API } from '../limits';
import { printVersion, versionIn } from '../original-version';
import { inBatches } from './batches';

/** Originals and their variants. Keys of originals are those in URLs. */
export interface Storage {
  /** The version of an original; undefined if it is gone. */
  originalVersion(key: string): Promise<string | undefined>;
  /**
   * The full keys of all objects directly below an original's key, whether or not their names are those of variants.
   */
  listVariants(key: string): Promise<string[]>;
  /**
   * The version of the original that a variant was made from; undefined if the variant is gone, '' without such
   * metadata.
   */
  madeFrom(variant: string): Promise<string | undefined>;
  delete(variants: string[]): Promise<void>;
}

export interface Places {
  originals: { client: S3Client; bucket: string; prefix: string };
  variants: { client: S3Client; bucket: string };
  generation: string;
  /** Between the generation and the key of an original: empty, or begins with a slash. */
  base: string;
}

const isMissing = (error: unknown): boolean =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404;

const undefinedIfMissing = (error: unknown): undefined => {
  if (!isMissing(error)) throw error;
  return undefined;
};

/** Storage in S3. Each call throws S3's errors, except for missing objects. */
export function storageOf({ originals, variants, generation, base }: Places): Storage {
  return {
    async originalVersion(key) {
      const head = new HeadObjectCommand({ Bucket: originals.bucket, Key: originals.prefix + key });
      const found = await originals.client.send(head).catch(undefinedIfMissing);
      if (!found) return undefined;
      return printVersion((found.ETag ?? '').replaceAll('"', ''), printPoint(focusOf(found.Metadata).point));
    },
    async listVariants(key) {
      const prefix = `${generation}${base}/${key}/`;
      // S3 refuses a prefix that is too long for a key.
      if (Buffer.byteLength(prefix) >= S3_KEY_BYTES) return [];
      const found: string[] = [];
      // The delimiter leaves out what belongs to originals in a folder with the name of the key.
      const pages = paginateListObjectsV2(
        { client: variants.client },
        { Bucket: variants.bucket, Prefix: prefix, Delimiter: '/' },
      );
      for await (const { Contents = [] } of pages) found.push(...Contents.map((object) => object.Key!));
      return found;
    },
    async madeFrom(variant) {
      // A listing has no metadata.
      const head = new HeadObjectCommand({ Bucket: variants.bucket, Key: variant });
      const found = await variants.client.send(head).catch(undefinedIfMissing);
      return found && versionIn(found.Metadata);
    },
    async delete(keys) {
      for (const batch of inBatches(keys, S3_API.deletedKeys)) {
        const Objects = batch.map((Key) => ({ Key }));
        const { Errors = [] } = await variants.client.send(
          new DeleteObjectsCommand({ Bucket: variants.bucket, Delete: { Quiet: true, Objects } }),
        );
        if (Errors[0]) throw new Error(`${Errors[0].Key} cannot be deleted: ${Errors[0].Code}`);
      }
    },
  };
}
