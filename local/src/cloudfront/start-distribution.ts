import { type KeyObject, createPublicKey } from 'node:crypto';
import type { CacheBehavior, DistributionDefinition, Origin } from '../deployment/deployment';
import { behaviorsOf, isForImages } from '../deployment/images';
import { NO_CACHING } from '../deployment/managed-policies';
import type { Behavior } from './behaviors';
import { Distribution } from './distribution';
import { EdgeFunctions, type EdgeFunctionsOptions } from './edge-functions';
import type { OriginTarget } from './origin';
import type { RegionalEdgeOptions } from './regional-edge';
import type { ViewerOptions } from './served-answer';

export interface StartOptions extends EdgeFunctionsOptions, Omit<RegionalEdgeOptions, 'definition'>, ViewerOptions {
  /** URLs of servers in place of origins that are not run here, by origin id. */
  origins: Readonly<Record<string, string>>;
  /** Public keys in PEM by id, for key groups that no stack creates. */
  publicKeys: Readonly<Record<string, string>>;
  /** Number of regions with an edge. */
  regions: number;
  /** Trusted by every behavior with key groups; the key in PEM. */
  viewerKey?: { id: string; publicKey: string };
}

/** A distribution with one edge has it in the first region. All have regional edge caches. DG: origin-shield */
const REGIONS = ['us-east-1', 'eu-central-1', 'ap-northeast-1', 'sa-east-1'] as const;

/**
 * Starts the functions of a distribution; it does not listen yet.
 * @throws Error of one line for options that do not fit the distribution
 */
export function startDistribution(definition: DistributionDefinition, options: StartOptions): Distribution {
  const regions = edgeRegions(definition, options.regions);
  checkOrigins(definition, options.origins);
  const functions = new EdgeFunctions(options, regions);
  const [defaultBehavior, ...others] = behaviorsOf(definition);
  const behaviors = [...others, defaultBehavior!].map((behavior) =>
    readBehavior(behavior, definition, options, functions),
  );
  return options.add(new Distribution({ ...options, definition, behaviors, regions }));
}

function edgeRegions({ config }: DistributionDefinition, count: number): string[] {
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

function checkOrigins({ config }: DistributionDefinition, origins: StartOptions['origins']): void {
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
  definition: DistributionDefinition,
  options: StartOptions,
  functions: EdgeFunctions,
): Behavior {
  const { cachePolicies, responseHeadersPolicies } = options.deployment;
  const origin = definition.config.Origins.find(({ Id }) => Id === config.TargetOriginId)!;
  const target = targetOf(origin, definition, options);
  if ('notRun' in target && isForImages(config, definition.config.Origins)) {
    throw new Error(`The origin ${origin.DomainName} is none of the template's buckets.`);
  }
  const headersPolicy = responseHeadersPolicies.get(config.ResponseHeadersPolicyId ?? '');
  const viewerRequest = functions.viewerRequest(config);
  const originResponseFor = functions.originResponse(config, origin);
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

/** A group that no stack creates has the keys of the option `publicKeys`. */
function trustedKeysOf(groups: string[], options: StartOptions): ReadonlyMap<string, KeyObject> {
  const { deployment, publicKeys, viewerKey, log } = options;
  const keys = groups.flatMap((group): [id: string, pem: string][] => {
    const ids = deployment.keyGroups.get(group);
    if (ids) return ids.flatMap((id) => (deployment.publicKeys.has(id) ? [[id, deployment.publicKeys.get(id)!]] : []));
    if (Object.keys(publicKeys).length === 0) {
      log(
        `The key group ${group} is in no stack, so what its keys have signed is refused: --public-key ID=FILE gives one.`,
      );
    }
    return Object.entries(publicKeys);
  });
  if (viewerKey) keys.push([viewerKey.id, viewerKey.publicKey]);
  return new Map(keys.map(([id, pem]) => [id, createPublicKey(pem)]));
}

/** A bucket of the template is reached as CloudFront does, with the signature of the origin access control. */
function targetOf(
  origin: Origin,
  { arn }: DistributionDefinition,
  { deployment, storage, origins }: StartOptions,
): OriginTarget {
  const server = origins[origin.Id];
  if (server !== undefined) return { server: new URL(server) };
  const bucket = deployment.buckets.find(({ name }) => origin.DomainName.startsWith(`${name}.s3.`));
  if (!bucket || !origin.S3OriginConfig || origin.S3OriginConfig.OriginAccessIdentity) return { notRun: true };
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
