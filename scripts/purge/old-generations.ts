import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { S3_API } from '../../edge/limits';
import type { Target } from './places';
import { keysBelow } from './keys';

export interface OldGenerationsOptions {
  dryRun: boolean;
  onProgress(done: number): void;
}

/** What of a variants bucket is not below the current generation: folders, and objects at its root. */
async function oldPrefixes({ variants, generation }: Target): Promise<string[]> {
  const found: string[] = [];
  const pages = paginateListObjectsV2({ client: variants.client }, { Bucket: variants.bucket, Delimiter: '/' });
  for await (const { CommonPrefixes = [], Contents = [] } of pages) {
    found.push(...CommonPrefixes.map(({ Prefix }) => Prefix!), ...Contents.map(({ Key }) => Key!));
  }
  return found.filter((prefix) => prefix !== `${generation}/`);
}

/** Deletes everything in the variants bucket that is not below the current generation. @returns how much that was */
export async function purgeOldGenerations(target: Target, options: OldGenerationsOptions): Promise<number> {
  const { storage, variants } = target;
  let done = 0;
  for (const prefix of await oldPrefixes(target)) {
    let batch: string[] = [];
    const flush = async () => {
      if (!options.dryRun) await storage.delete(batch);
      done += batch.length;
      batch = [];
      options.onProgress(done);
    };
    for await (const key of keysBelow(variants.client, variants.bucket, prefix)) {
      batch.push(key);
      if (batch.length === S3_API.deletedKeys) await flush();
    }
    await flush();
  }
  return done;
}
