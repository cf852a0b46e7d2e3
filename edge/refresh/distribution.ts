import { CloudFrontClient, CreateInvalidationCommand, GetInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { randomUUID } from 'node:crypto';
import { cacheTagOf } from '../cache-tag';
import { LAMBDA_EDGE } from '../limits';
import type { StackParameter } from '../stack-parameter';

/** Items that invalidate all variants of some originals: their cache tags, or everything if there are too many. */
export const itemsFor = (base: string, keys: string[], keysBeforeAll: number): string[] =>
  keys.length > keysBeforeAll ? [`${base}/*`] : keys.map((key) => `#${cacheTagOf(base, key)}`);

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
export class StackDistribution {
  readonly #parameter: string;
  readonly #base: string;
  readonly #keysBeforeAll: number;
  readonly #client = new CloudFrontClient({ region: LAMBDA_EDGE.region });
  #stack: Promise<StackParameter> | undefined;

  /** @param base below which the images are; empty where they have the distribution to themselves */
  constructor(parameter: string, base: string, keysBeforeAll: number) {
    this.#parameter = parameter;
    this.#base = base;
    this.#keysBeforeAll = keysBeforeAll;
  }

  async url(): Promise<string> {
    return (await this.#readStack()).url;
  }

  /**
   * Invalidates all variants of some originals in the CDN.
   * @returns the id of the invalidation
   */
  async invalidate(keys: string[]): Promise<string> {
    const items = itemsFor(this.#base, keys, this.#keysBeforeAll);
    return createInvalidation(this.#client, (await this.#readStack()).id, items);
  }

  async isComplete(invalidation: string): Promise<boolean> {
    const { Invalidation } = await this.#client.send(
      new GetInvalidationCommand({ DistributionId: (await this.#readStack()).id, Id: invalidation }),
    );
    return Invalidation?.Status === 'Completed';
  }

  /** Read once, and again if that failed. */
  #readStack(): Promise<StackParameter> {
    this.#stack ??= readStackParameter(this.#parameter).catch((error: unknown) => {
      this.#stack = undefined;
      throw error;
    });
    return this.#stack;
  }
}

/** Reads the parameter in which the stack describes itself. @throws the error of Systems Manager */
export async function readStackParameter(name: string): Promise<StackParameter> {
  const { Parameter } = await new SSMClient({ region: LAMBDA_EDGE.region }).send(
    new GetParameterCommand({ Name: name }),
  );
  return JSON.parse(Parameter!.Value!) as StackParameter;
}
