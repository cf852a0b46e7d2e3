import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { GENERATION_CHARACTERS } from '../../edge/grammar-constants';
import { S3_API } from '../../edge/limits';
import type { Target } from './places';
import { keysBelow } from './keys';

interface OldGenerationsOptions {
  dryRun: boolean;
  onProgress(done: number): void;
}

const GENERATION = new RegExp(`^[0-9a-f]{${GENERATION_CHARACTERS}}$`);

/** The generations in a variants bucket except the current one, each with a trailing slash. Other objects stay. */
async function oldGenerations({ variants, generation }: Target): Promise<string[]> {
  const found: string[] = [];
  const pages = paginateListObjectsV2({ client: variants.client }, { Bucket: variants.bucket, Delimiter: '/' });
  for await (const { CommonPrefixes = [] } of pages) found.push(...CommonPrefixes.map(({ Prefix }) => Prefix!));
  return found.filter((prefix) => GENERATION.test(prefix.slice(0, -1)) && prefix !== `${generation}/`);
}

/** Deletes every generation except the current one. @returns the number of objects */
export async function purgeOldGenerations(target: Target, options: OldGenerationsOptions): Promise<number> {
  const { storage, variants } = target;
  let done = 0;
  for (const prefix of await oldGenerations(target)) {
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
