import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { S3Client } from '@aws-sdk/client-s3';
import { LAMBDA_EDGE } from '../../edge/limits';
import { createInvalidation } from '../../edge/refresh/invalidation';
import { type Places, type Storage, storageOf } from '../../edge/refresh/storage';
import { readStack } from '../read-stack';

/** What is purged: the buckets and the distribution of one stack. */
export interface Target extends Places {
  storage: Storage;
  /** Without cache tags, everything is invalidated. */
  hasCacheTags: boolean;
  invalidate(items: string[]): Promise<string>;
}

/**
 * Finds the buckets and the distribution of a stack, from its parameter.
 * @throws Error of one line
 */
export async function targetOf(stackName: string): Promise<Target> {
  const stack = await readStack(stackName);
  const cloudFront = new CloudFrontClient({ region: LAMBDA_EDGE.region });
  const { originals, variants, generation, base = '', hasCacheTags = true } = stack;
  const places: Places = {
    originals: { ...originals, client: new S3Client({ region: originals.region }) },
    variants: { ...variants, client: new S3Client({ region: variants.region }) },
    generation,
    base,
  };
  return {
    ...places,
    storage: storageOf(places),
    hasCacheTags,
    invalidate: (items) =>
      createInvalidation(cloudFront, stack.id, items).catch((error: unknown) => {
        throw new Error(
          `CloudFront refused the invalidation: ${(error as Error).message}. Run the same command again; what is deleted stays deleted.`,
          { cause: error },
        );
      }),
  };
}
