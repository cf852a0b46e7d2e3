import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { S3Client } from '@aws-sdk/client-s3';
import { LAMBDA_EDGE } from '../../edge/limits';
import { createInvalidation } from '../../edge/refresh/distribution';
import { readStackParameter } from '../../edge/refresh/read-stack';
import { type Places, type Storage, storageOf } from '../../edge/refresh/storage';
import { stackParameterName } from '../../edge/stack-parameter';

/** What is purged: the buckets and the distribution of one stack. */
export interface Target extends Places {
  storage: Storage;
  invalidate(items: string[]): Promise<string>;
}

/**
 * Finds what belongs to a stack by what it tells of itself.
 * @throws Error of one line
 */
export async function targetOf(stackName: string): Promise<Target> {
  const parameter = stackParameterName(stackName);
  const told = await readStackParameter(parameter).catch((error: unknown) => {
    throw new Error(`The parameter ${parameter} in ${LAMBDA_EDGE.region} cannot be read: ${String(error)}`, {
      cause: error,
    });
  });
  const cloudFront = new CloudFrontClient({ region: LAMBDA_EDGE.region });
  const { originals, variants, generation } = told;
  const places: Places = {
    originals: { ...originals, client: new S3Client({ region: originals.region }) },
    variants: { ...variants, client: new S3Client({ region: variants.region }) },
    generation,
  };
  return {
    ...places,
    storage: storageOf(places),
    invalidate: (items) => createInvalidation(cloudFront, told.id, items),
  };
}
