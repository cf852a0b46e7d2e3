import { type Json, type Mutation, distributionOf } from './template';

const behaviorOf = (template: Json): Json => distributionOf(template).DefaultCacheBehavior;

/** Adds a policy of one's own, and uses it. */
const usePolicy =
  (property: string, Type: string, Properties: object): Mutation =>
  (template) => {
    template.Resources.OwnPolicy = { Type, Properties };
    behaviorOf(template)[property] = { Ref: 'OwnPolicy' };
  };

/** Adds a second distribution that is as the first one, but for this. */
const addDistribution =
  (changes: object): Mutation =>
  (template) => {
    const DistributionConfig = { ...structuredClone(distributionOf(template)), ...changes };
    template.Resources.Another = { Type: 'AWS::CloudFront::Distribution', Properties: { DistributionConfig } };
  };

const addSharedAcl: Mutation = (template, folder) => {
  const { FunctionAssociations: _, ...DefaultCacheBehavior } = behaviorOf(template);
  addDistribution({ DefaultCacheBehavior })(template, folder);
};

/** Ways to break the template of a distribution with the plan `pro`: what AWS refuses only while deploying. */
export const PRO_MUTATIONS: Record<string, Mutation> = {
  'pro: a cache policy of its own': usePolicy('CachePolicyId', 'AWS::CloudFront::CachePolicy', {
    CachePolicyConfig: {
      Name: 'own',
      MinTTL: 0,
      DefaultTTL: 0,
      MaxTTL: 31_536_000,
      ParametersInCacheKeyAndForwardedToOrigin: {
        CookiesConfig: { CookieBehavior: 'none' },
        HeadersConfig: { HeaderBehavior: 'none' },
        QueryStringsConfig: { QueryStringBehavior: 'none' },
        EnableAcceptEncodingGzip: false,
      },
    },
  }),
  'pro: a response headers policy of its own': usePolicy(
    'ResponseHeadersPolicyId',
    'AWS::CloudFront::ResponseHeadersPolicy',
    { ResponseHeadersPolicyConfig: { Name: 'own' } },
  ),
  'pro: an Origin Shield': (t) =>
    (distributionOf(t).Origins[0].OriginShield = { Enabled: true, OriginShieldRegion: 'us-east-1' }),
  'pro: no web ACL': (t) => delete distributionOf(t).WebACLId,
  'pro: the web ACL of another distribution': addSharedAcl,
  'pro: the function of another distribution': addDistribution({
    WebACLId: 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/another/0-1',
  }),
};
