import type {
  CachePolicyConfig,
  Deployment,
  DistributionDefinition,
  DistributionConfig,
  Origin,
  ResponseHeadersPolicyConfig,
  Subscription,
} from './deployment';
import { MANAGED_CACHE_POLICIES, MANAGED_HEADERS_POLICIES } from './managed-policies';
import { ACCOUNT, PARTITION } from './names';
import { type Entry, type Stacks, identityOf } from './stacks';

type Delivery = Pick<
  Deployment,
  'distributions' | 'cachePolicies' | 'responseHeadersPolicies' | 'originAccessControls' | 'keyGroups' | 'publicKeys'
>;

/** CloudFormation: CachePolicyConfig. */
const DEFAULT_TTLS = { DefaultTTL: 86_400, MaxTTL: 31_536_000, MinTTL: 0 };

/** The distributions with policies, origin access controls and keys; AWS's managed policies included. */
export function readDelivery(stacks: Stacks): Delivery {
  const byId = <T>(type: string, property: string): Map<string, T> =>
    new Map(stacks.read(type, (entry) => [entry.ref, (entry.properties() as Record<string, T>)[property]!]));
  const cachePolicies = byId<CachePolicyConfig>('AWS::CloudFront::CachePolicy', 'CachePolicyConfig');
  const headersPolicies = byId<ResponseHeadersPolicyConfig>(
    'AWS::CloudFront::ResponseHeadersPolicy',
    'ResponseHeadersPolicyConfig',
  );
  return {
    distributions: stacks.read('AWS::CloudFront::Distribution', (entry): DistributionDefinition => ({
      ...identityOf(entry),
      id: entry.ref,
      arn: `arn:${PARTITION}:cloudfront::${ACCOUNT}:distribution/${entry.ref}`,
      domainName: entry.attribute('DomainName'),
      config: readConfig(entry),
    })),
    cachePolicies: new Map([
      ...MANAGED_CACHE_POLICIES,
      ...[...cachePolicies].map(([id, config]): [string, CachePolicyConfig] => [id, { ...DEFAULT_TTLS, ...config }]),
    ]),
    responseHeadersPolicies: new Map([...MANAGED_HEADERS_POLICIES, ...headersPolicies]),
    originAccessControls: byId('AWS::CloudFront::OriginAccessControl', 'OriginAccessControlConfig'),
    keyGroups: new Map(
      [...byId<{ Items: string[] }>('AWS::CloudFront::KeyGroup', 'KeyGroupConfig')].map(([id, { Items }]) => [
        id,
        Items,
      ]),
    ),
    publicKeys: new Map(
      [...byId<{ EncodedKey: string }>('AWS::CloudFront::PublicKey', 'PublicKeyConfig')].map(([id, { EncodedKey }]) => [
        id,
        EncodedKey,
      ]),
    ),
  };
}

/** Properties that are not run here, and may refer to resources that are not modelled. */
const NOT_RUN: ReadonlySet<string> = new Set(['Aliases', 'Logging', 'ViewerCertificate', 'WebACLId', 'Tags']);

function readConfig({ resolver, logicalId }: Entry): DistributionConfig {
  const raw = resolver.rawProperties(logicalId)['DistributionConfig'] as Record<string, unknown> & {
    Origins: Origin[];
  };
  const resolved = Object.entries(raw).map(([name, value]) => {
    if (name === 'Origins') return [name, raw.Origins.map(readOrigin)];
    return [
      name,
      NOT_RUN.has(name) ? resolver.resolveOrDescribe(value, logicalId) : resolver.resolve(value, logicalId),
    ];
  });
  return Object.fromEntries(resolved) as DistributionConfig;

  function readOrigin(origin: Origin): Origin {
    const read = origin.S3OriginConfig
      ? resolver.resolve(origin, logicalId)
      : resolver.resolveOrDescribe(origin, logicalId);
    return read as Origin;
  }
}

/** The flat-rate plans. */
export function readSubscriptions(stacks: Stacks): Subscription[] {
  return stacks.read('AWS::PricingPlanManager::Subscription', (entry) => {
    const { PlanTier, ResourceArns } = entry.properties() as { PlanTier: string; ResourceArns: string[] };
    return {
      ...identityOf(entry),
      tier: PlanTier.toLowerCase(),
      resourceArns: ResourceArns,
    };
  });
}
