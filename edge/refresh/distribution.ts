import { CloudFrontClient, GetInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { LAMBDA_EDGE } from '../limits';
import type { StackParameter } from '../stack-parameter';
import { createInvalidation, itemsFor } from './invalidation';

/** The distribution in front of the variants. Another stack may deploy it, after the function. */
export class StackDistribution {
  readonly #parameter: string;
  readonly #base: string;
  readonly #keysBeforeAll: number;
  readonly #client = new CloudFrontClient({ region: LAMBDA_EDGE.region });
  #stack: Promise<StackParameter> | undefined;

  /** @param base what all paths of images begin with; empty if the distribution has only images */
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

  /** Reads the parameter once, and again if that failed. */
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
