import { type CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { randomUUID } from 'node:crypto';
import { cacheTagOf } from '../cache-tag';

/** Items that invalidate all variants of some originals: their cache tags, or all paths if there are too many tags. */
export const itemsFor = (base: string, keys: string[], keysBeforeAll: number): string[] =>
  keys.length > keysBeforeAll ? [`${base}/*`] : keys.map((key) => `#${cacheTagOf(base, key)}`);

/** Sends an invalidation. @returns its id */
export async function createInvalidation(client: CloudFrontClient, id: string, items: string[]): Promise<string> {
  const { Invalidation } = await client.send(
    new CreateInvalidationCommand({
      DistributionId: id,
      InvalidationBatch: { CallerReference: randomUUID(), Paths: { Quantity: items.length, Items: items } },
    }),
  );
  return Invalidation!.Id!;
}
