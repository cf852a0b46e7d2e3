import { CloudFrontClient, CreateInvalidationCommand, GetInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { randomUUID } from 'node:crypto';
import { cacheTagOf } from '../cache-tag';
import { LAMBDA_EDGE } from '../limits';

/** The distribution as its stack tells of it, in a parameter of us-east-1. */
interface Told {
  id: string;
  /** Without a slash at the end. */
  url: string;
}

/** The distribution in front of the variants; it may be deployed after the function, by another stack. */
export class DistributionOfStack {
  readonly #parameter: string;
  readonly #keysBeforeAll: number;
  readonly #client = new CloudFrontClient({ region: LAMBDA_EDGE.region });
  #told: Promise<Told> | undefined;

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
    const items = keys.length > this.#keysBeforeAll ? ['/*'] : keys.map((key) => `#${cacheTagOf(key)}`);
    const { Invalidation } = await this.#client.send(
      new CreateInvalidationCommand({
        DistributionId: (await this.#tell()).id,
        InvalidationBatch: { CallerReference: randomUUID(), Paths: { Quantity: items.length, Items: items } },
      }),
    );
    return Invalidation!.Id!;
  }

  async isComplete(invalidation: string): Promise<boolean> {
    const { Invalidation } = await this.#client.send(
      new GetInvalidationCommand({ DistributionId: (await this.#tell()).id, Id: invalidation }),
    );
    return Invalidation?.Status === 'Completed';
  }

  /** Asked for once; again where that failed. */
  #tell(): Promise<Told> {
    this.#told ??= this.#read().catch((error: unknown) => {
      this.#told = undefined;
      throw error;
    });
    return this.#told;
  }

  async #read(): Promise<Told> {
    const { Parameter } = await new SSMClient({ region: LAMBDA_EDGE.region }).send(
      new GetParameterCommand({ Name: this.#parameter }),
    );
    return JSON.parse(Parameter!.Value!) as Told;
  }
}
