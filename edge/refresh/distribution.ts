import { CloudFrontClient, CreateInvalidationCommand, GetInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { randomUUID } from 'node:crypto';
import { cacheTagOf } from '../cache-tag';
import { LAMBDA_EDGE } from '../limits';
import type { StackParameter } from '../stack-parameter';
import { readStackParameter } from './read-stack';

/** Items of an invalidation of all that the CDN holds of some originals: tags, or everything where these are too many. */
export const itemsFor = (keys: string[], keysBeforeAll: number): string[] =>
  keys.length > keysBeforeAll ? ['/*'] : keys.map((key) => `#${cacheTagOf(key)}`);

/** @returns the id of the invalidation */
export async function createInvalidation(client: CloudFrontClient, id: string, items: string[]): Promise<string> {
  const { Invalidation } = await client.send(
    new CreateInvalidationCommand({
      DistributionId: id,
      InvalidationBatch: { CallerReference: randomUUID(), Paths: { Quantity: items.length, Items: items } },
    }),
  );
  return Invalidation!.Id!;
}

/** The distribution in front of the variants; it may be deployed after the function, by another stack. */
export class DistributionOfStack {
  readonly #parameter: string;
  readonly #keysBeforeAll: number;
  readonly #client = new CloudFrontClient({ region: LAMBDA_EDGE.region });
  #told: Promise<StackParameter> | undefined;

  constructor(parameter: string, keysBeforeAll: number) {
    this.#parameter = parameter;
    this.#keysBeforeAll = keysBeforeAll;
  }

  async url(): Promise<string> {
    return (await this.#tell()).url;
  }

  /**
   * Invalidates all that the CDN holds of some originals: by cache tag, or everything where these would be too many.
   * @returns the id of the invalidation
   */
  async invalidate(keys: string[]): Promise<string> {
    return createInvalidation(this.#client, (await this.#tell()).id, itemsFor(keys, this.#keysBeforeAll));
  }

  async isComplete(invalidation: string): Promise<boolean> {
    const { Invalidation } = await this.#client.send(
      new GetInvalidationCommand({ DistributionId: (await this.#tell()).id, Id: invalidation }),
    );
    return Invalidation?.Status === 'Completed';
  }

  /** Asked for once; again where that failed. */
  #tell(): Promise<StackParameter> {
    this.#told ??= readStackParameter(this.#parameter).catch((error: unknown) => {
      this.#told = undefined;
      throw error;
    });
    return this.#told;
  }
}
