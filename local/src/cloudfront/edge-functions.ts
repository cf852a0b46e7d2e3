import type { CacheBehavior, Deployment, LambdaDefinition, Origin } from '../deployment/deployment';
import { roleOf } from '../deployment/roles';
import { startCloudFrontFunction } from '../functions/cloudfront-function';
import type { Replica } from '../functions/environment';
import type { CloudFrontFunction, LambdaFunction } from '../functions/function';
import { startLambda } from '../functions/lambda';
import type { Clock } from '../clock';
import type { Storage } from '../storage';
import { functionRegionOf } from './behaviors';
import type { KeyValueStore } from './key-value-store';

export interface EdgeFunctionsOptions {
  deployment: Deployment;
  storage: Storage;
  stores: readonly KeyValueStore[];
  clock: Clock;
  /** Where a replica writes its log. */
  outputOf(definition: LambdaDefinition, replica: Replica): (line: string) => void;
  log(line: string): void;
  /** Registers a service to be closed in the end. */
  add<T extends { close(): Promise<void> }>(service: T): T;
}

/** The functions of a distribution's behaviors. Behaviors that name the same function share it. */
export class EdgeFunctions {
  readonly #options: EdgeFunctionsOptions;
  /** Regions of the distribution's edges. */
  readonly #regions: readonly string[];
  readonly #cloudFrontFunctions = new Map<string, CloudFrontFunction>();
  readonly #replicas = new Map<string, LambdaFunction>();

  constructor(options: EdgeFunctionsOptions, regions: readonly string[]) {
    this.#options = options;
    this.#regions = regions;
  }

  viewerRequest({ FunctionAssociations = [] }: CacheBehavior): CloudFrontFunction | undefined {
    const { deployment, log, clock, stores, add } = this.#options;
    const association = FunctionAssociations.find(({ EventType }) => EventType === 'viewer-request');
    const definition = deployment.cloudFrontFunctions.find(({ arn }) => arn === association?.FunctionARN);
    if (!definition) return undefined;
    const { arn, name, code } = definition;
    const store = stores.find((each) => definition.stores.includes(each.arn));
    const context = () => ({ clockOffset: clock.offset, store: store?.visible });
    const started = this.#cloudFrontFunctions.get(arn) ?? add(startCloudFrontFunction({ name, code, log, context }));
    this.#cloudFrontFunctions.set(arn, started);
    return started;
  }

  /** The origin-response function by the region of the edge. With an Origin Shield, all edges share one replica. */
  originResponse(
    { LambdaFunctionAssociations = [] }: CacheBehavior,
    origin: Origin,
  ): ((region: string) => LambdaFunction) | undefined {
    const association = LambdaFunctionAssociations.find(({ EventType }) => EventType === 'origin-response');
    const isAssociated = ({ arn }: { arn: string }) => arn === association?.LambdaFunctionARN;
    const definition = this.#options.deployment.functions.find(({ versions }) => versions.some(isAssociated));
    if (!definition) return undefined;
    const { version } = definition.versions.find(isAssociated)!;
    const replicas = new Map(
      this.#regions.map((region) => [
        region,
        this.#startReplica(definition, { version, region: functionRegionOf(origin, region) }),
      ]),
    );
    return (region) => replicas.get(region)!;
  }

  #startReplica(definition: LambdaDefinition, replica: Replica): LambdaFunction {
    const { deployment, storage, log, outputOf, add } = this.#options;
    const { version, region } = replica;
    const key = `${definition.arn}:${version} ${region}`;
    const known = this.#replicas.get(key);
    if (known) return known;
    const started = add(
      startLambda({
        definition,
        credentials: storage.credentialsFor(roleOf(deployment, definition)),
        endpoints: { s3: storage.url },
        replica,
        log: this.#regions.length > 1 ? (line) => log(`${region} ${line}`) : log,
        output: outputOf(definition, replica),
      }),
    );
    this.#replicas.set(key, started);
    return started;
  }
}
