import { type KeyObject, createPublicKey } from 'node:crypto';
import type {
  CacheBehavior,
  Deployment,
  Distribution as Definition,
  LambdaDefinition,
  Origin,
} from '../deployment/deployment';
import { behaviorsOf, isForImages } from '../deployment/images';
import { NO_CACHING } from '../deployment/managed-policies';
import { type CloudFrontFunction, type LambdaFunction } from '../functions/function';
import { startCloudFrontFunction } from '../functions/cloudfront-function';
import type { Replica } from '../functions/environment';
import { startLambda } from '../functions/lambda';
import type { Principal } from '../iam/evaluate';
import type { Storage } from '../storage';
import { type Behavior, functionRegionOf } from './behaviors';
import { Distribution } from './distribution';
import type { KeyValueStore } from './key-value-store';
import type { OriginTarget } from './origin';
import type { RegionalEdgeOptions } from './regional-edge';
import type { ViewerOptions } from './served-answer';

export interface StartOptions extends Omit<RegionalEdgeOptions, 'definition'>, ViewerOptions {
  deployment: Deployment;
  storage: Storage;
  stores: readonly KeyValueStore[];
  /** URLs of servers that stand for origins which are not run here, by the ids of the origins. */
  origins: Readonly<Record<string, string>>;
  /** Public keys as PEM by their ids, of the key groups that no stack makes. */
  publicKeys: Readonly<Record<string, string>>;
  /** In how many regions it has an edge. */
  regions: number;
  /** Trusted wherever key groups are; the key as PEM. */
  viewerKey?: { id: string; publicKey: string };
  /** Where a function writes its log that runs in a region. */
  outputOf(definition: LambdaDefinition, replica: Replica): (line: string) => void;
  /** Keeps what has to be closed in the end. */
  add<T extends { close(): Promise<void> }>(service: T): T;
}

/** The first one is where a function runs that has one region only. All have regional edge caches. DG: origin-shield */
const REGIONS = ['us-east-1', 'eu-central-1', 'ap-northeast-1', 'sa-east-1'] as const;

/** The role of a function, as who signs its requests. */
export function roleOf(deployment: Deployment, { roleArn }: LambdaDefinition): Principal {
  const { arn, statements } = deployment.roles.find((role) => role.arn === roleArn)!;
  return { kind: 'role', arn, statements };
}

/**
 * The regions of a distribution's edges.
 * @throws Error for several where an Origin Shield leaves one, and for a number that is out of range
 */
export function regionsOf({ config }: Definition, count: number): string[] {
  if (!Number.isInteger(count) || count < 1 || count > REGIONS.length) {
    throw new Error(`The number of regions is from 1 to ${REGIONS.length}, not ${count}.`);
  }
  const shielded = config.Origins.find(({ OriginShield }) => OriginShield?.Enabled);
  if (count > 1 && shielded) {
    throw new Error(
      `The origin ${shielded.Id} has an Origin Shield, so its functions run in ${shielded.OriginShield!.OriginShieldRegion} alone; several regions need a distribution without one.`,
    );
  }
  return REGIONS.slice(0, count);
}

/** Starts a distribution of the template, with the functions of its behaviors; it does not listen yet. */
export function startDistribution(definition: Definition, options: StartOptions): Distribution {
  const regions = regionsOf(definition, options.regions);
  checkOrigins(definition, options.origins);
  const functions = new Functions(options, regions.length > 1);
  const [first, ...others] = behaviorsOf(definition);
  const behaviors = [...others, first!].map((behavior) =>
    readBehavior(behavior, definition, options, functions, regions),
  );
  return options.add(new Distribution({ ...options, definition, behaviors, regions }));
}

function checkOrigins({ config }: Definition, origins: StartOptions['origins']): void {
  for (const [id, url] of Object.entries(origins)) {
    if (!config.Origins.some(({ Id }) => Id === id)) {
      const ids = config.Origins.map(({ Id, DomainName }) => `  ${Id}  ${DomainName}`).join('\n');
      throw new Error(`There is no origin ${id}. There are:\n${ids}`);
    }
    if (!URL.canParse(url) || new URL(url).protocol !== 'http:') {
      throw new Error(`The origin ${id} is forwarded to a URL such as http://127.0.0.1:3000, not to ${url}`);
    }
  }
}

function readBehavior(
  config: CacheBehavior & { PathPattern?: string },
  definition: Definition,
  options: StartOptions,
  functions: Functions,
  regions: readonly string[],
): Behavior {
  const { cachePolicies, responseHeadersPolicies } = options.deployment;
  const origin = definition.config.Origins.find(({ Id }) => Id === config.TargetOriginId)!;
  const target = targetOf(origin, definition, options);
  if ('elsewhere' in target && isForImages(config, definition.config.Origins)) {
    throw new Error(`The origin ${origin.DomainName} is none of the template's buckets.`);
  }
  const headersPolicy = responseHeadersPolicies.get(config.ResponseHeadersPolicyId ?? '');
  const viewerRequest = functions.viewerRequest(config);
  const originResponseFor = functions.originResponse(config, origin, regions);
  return {
    config,
    ...(config.PathPattern !== undefined && { pathPattern: config.PathPattern }),
    cachePolicy: cachePolicies.get(config.CachePolicyId ?? '') ?? NO_CACHING,
    ...(headersPolicy && { responseHeadersPolicy: headersPolicy }),
    ...(viewerRequest && { viewerRequest }),
    ...(config.TrustedKeyGroups?.length && { trustedKeys: trustedKeysOf(config.TrustedKeyGroups, options) }),
    ...(originResponseFor && { originResponseFor }),
    origin,
    target,
  };
}

/** The keys of groups. Those of a group that no stack makes are the ones that are given. */
function trustedKeysOf(groups: string[], options: StartOptions): ReadonlyMap<string, KeyObject> {
  const { deployment, publicKeys: given, viewerKey, log } = options;
  const keys = groups.flatMap((group): [id: string, pem: string][] => {
    const ids = deployment.keyGroups.get(group);
    if (ids) return ids.flatMap((id) => (deployment.publicKeys.has(id) ? [[id, deployment.publicKeys.get(id)!]] : []));
    if (Object.keys(given).length === 0) {
      log(
        `The key group ${group} is in no stack, so what its keys have signed is refused: --public-key ID=FILE gives one.`,
      );
    }
    return Object.entries(given);
  });
  if (viewerKey) keys.push([viewerKey.id, viewerKey.publicKey]);
  return new Map(keys.map(([id, pem]) => [id, createPublicKey(pem)]));
}

/** How CloudFront reaches a bucket: with the signature of its origin access control, which the bucket's policy admits. */
function targetOf(origin: Origin, { arn }: Definition, { deployment, storage, origins }: StartOptions): OriginTarget {
  const forwarded = origins[origin.Id];
  if (forwarded !== undefined) return { server: new URL(forwarded) };
  const bucket = deployment.buckets.find(({ name }) => origin.DomainName.startsWith(`${name}.s3.`));
  if (!bucket || !origin.S3OriginConfig || origin.S3OriginConfig.OriginAccessIdentity) return { elsewhere: true };
  const control = deployment.originAccessControls.get(origin.OriginAccessControlId ?? '');
  const isSigned = control !== undefined && control.SigningBehavior !== 'never';
  const service = { kind: 'service', service: 'cloudfront.amazonaws.com' } as const;
  return {
    bucket: {
      endpoint: new URL(storage.url),
      bucket: bucket.name,
      region: bucket.region,
      ...(isSigned && {
        credentials: storage.credentialsFor({ ...service, sourceArn: arn, sourceAccount: deployment.account }),
      }),
    },
  };
}

/** The functions of a distribution's behaviors, each started once for all of them. */
class Functions {
  readonly #options: StartOptions;
  readonly #namesRegions: boolean;
  readonly #viewerRequest = new Map<string, CloudFrontFunction>();
  readonly #originResponse = new Map<string, LambdaFunction>();

  constructor(options: StartOptions, namesRegions: boolean) {
    this.#options = options;
    this.#namesRegions = namesRegions;
  }

  viewerRequest({ FunctionAssociations = [] }: CacheBehavior): CloudFrontFunction | undefined {
    const { deployment, log, clock, stores, add } = this.#options;
    const association = FunctionAssociations.find(({ EventType }) => EventType === 'viewer-request');
    const found = deployment.cloudFrontFunctions.find(({ arn }) => arn === association?.FunctionARN);
    if (!found) return undefined;
    const store = stores.find(({ arn }) => found.stores.includes(arn));
    const surroundings = () => ({ clockOffset: clock.offset, store: store?.visible });
    const started =
      this.#viewerRequest.get(found.arn) ??
      add(startCloudFrontFunction({ name: found.name, code: found.code, log, surroundings }));
    this.#viewerRequest.set(found.arn, started);
    return started;
  }

  /** The function at origin-response by region; with an Origin Shield, all regions have the one that runs there. */
  originResponse(
    { LambdaFunctionAssociations = [] }: CacheBehavior,
    origin: Origin,
    regions: readonly string[],
  ): ((region: string) => LambdaFunction) | undefined {
    const association = LambdaFunctionAssociations.find(({ EventType }) => EventType === 'origin-response');
    const definition = this.#options.deployment.functions.find(({ versions }) =>
      versions.some(({ arn }) => arn === association?.LambdaFunctionARN),
    );
    if (!definition) return undefined;
    const { version } = definition.versions.find(({ arn }) => arn === association!.LambdaFunctionARN)!;
    const started = new Map(
      regions.map((region) => [region, this.#start(definition, version, functionRegionOf(origin, region))]),
    );
    return (region) => started.get(region)!;
  }

  #start(definition: LambdaDefinition, version: string, region: string): LambdaFunction {
    const { deployment, storage, log, outputOf, add } = this.#options;
    const replica: Replica = { region, version };
    const key = `${definition.arn}:${version} ${region}`;
    const known = this.#originResponse.get(key);
    if (known) return known;
    const started = add(
      startLambda({
        definition,
        credentials: storage.credentialsFor(roleOf(deployment, definition)),
        endpoints: { s3: storage.url },
        replica,
        log: this.#namesRegions ? (line) => log(`${region} ${line}`) : log,
        output: outputOf(definition, replica),
      }),
    );
    this.#originResponse.set(key, started);
    return started;
  }
}
