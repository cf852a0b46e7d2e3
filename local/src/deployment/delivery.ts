import type { CachePolicyConfig, Deployment, Distribution, DistributionConfig } from './deployment';
import { ACCOUNT, PARTITION } from './names';
import type { Stacks } from './stacks';

type Delivery = Pick<
  Deployment,
  'distributions' | 'cachePolicies' | 'responseHeadersPolicies' | 'originAccessControls'
>;

/** Defaults of a cache policy. CloudFormation: CachePolicyConfig. */
const DEFAULT_TTLS = { DefaultTTL: 86_400, MaxTTL: 31_536_000, MinTTL: 0 };

/** The distributions and all that their behaviors name. */
export function readDelivery(stacks: Stacks): Delivery {
  const byId = <T>(type: string, property: string): Map<string, T> =>
    new Map(stacks.of(type).map((entry) => [entry.ref, (entry.properties() as Record<string, T>)[property]!]));
  const cachePolicies = byId<CachePolicyConfig>('AWS::CloudFront::CachePolicy', 'CachePolicyConfig');
  return {
    distributions: stacks.of('AWS::CloudFront::Distribution').map((entry): Distribution => ({
      logicalId: entry.logicalId,
      stack: entry.stack,
      region: entry.region,
      id: entry.ref,
      arn: `arn:${PARTITION}:cloudfront::${ACCOUNT}:distribution/${entry.ref}`,
      domainName: entry.attribute('DomainName'),
      config: (entry.properties() as { DistributionConfig: DistributionConfig }).DistributionConfig,
    })),
    cachePolicies: new Map([...cachePolicies].map(([id, config]) => [id, { ...DEFAULT_TTLS, ...config }])),
    responseHeadersPolicies: byId('AWS::CloudFront::ResponseHeadersPolicy', 'ResponseHeadersPolicyConfig'),
    originAccessControls: byId('AWS::CloudFront::OriginAccessControl', 'OriginAccessControlConfig'),
  };
}
