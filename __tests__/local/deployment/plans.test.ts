import { rmSync } from 'node:fs';
import { PLANS } from '../../../edge/limits';
import type { DistributionConfig } from '../../../local/src/deployment/deployment';
import { readDeployment } from '../../../local/src/deployment/read';
import { type OneStack, configOf, readTemplate, writeTemplate } from '../apps/template';
import { synth } from './app';

let folder: string;
let original: OneStack;
beforeAll(() => {
  folder = synth();
  original = readTemplate(folder, 'Edge');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const UNCOMPRESSED = 'b2884449-e4de-46a7-ac36-70bc7f1ddd6d';
const ORIGIN_HEADERS = '83da9c7e-98b4-4e11-a168-04f0df8e2c65';
const ACL = { 'Fn::GetAtt': ['Acl', 'Arn'] };

type Change = (config: DistributionConfig, template: OneStack) => void;

/** Reads an app with the features of every plan, after a change. */
function readWith(tier: string, change: Change = () => undefined): unknown {
  const template = structuredClone(original);
  const config = configOf(template);
  const [id] = Object.entries(template.Resources).find(([, { Type }]) => Type === 'AWS::CloudFront::Distribution')!;
  delete config.Origins[0]!.OriginShield;
  const { ResponseHeadersPolicyId: _, ...behavior } = config.DefaultCacheBehavior;
  Object.assign(config, { DefaultCacheBehavior: { ...behavior, CachePolicyId: UNCOMPRESSED }, WebACLId: ACL });
  template.Resources['Acl'] = { Type: 'AWS::WAFv2::WebACL', Properties: { Name: 'acl' } };
  const arn = { 'Fn::Join': ['', ['arn:aws:cloudfront::', { Ref: 'AWS::AccountId' }, ':distribution/', { Ref: id }]] };
  template.Resources['Plan'] = {
    Type: 'AWS::PricingPlanManager::Subscription',
    Properties: { PlanFamily: 'CloudFront', PlanTier: tier, ResourceArns: [arn, ACL] },
  };
  change(config, template);
  writeTemplate(folder, 'Edge', template);
  return readDeployment(folder);
}

const idOf = ({ Resources }: OneStack, type: string) =>
  Object.entries(Resources).find(([, { Type }]) => Type === type)![0];
const custom: Change = (config, template) => {
  config.DefaultCacheBehavior.CachePolicyId = { Ref: idOf(template, 'AWS::CloudFront::CachePolicy') } as never;
};
const headers: Change = (config, template) => {
  const id = idOf(template, 'AWS::CloudFront::ResponseHeadersPolicy');
  config.DefaultCacheBehavior.ResponseHeadersPolicyId = { Ref: id } as never;
};
const shield: Change = ({ Origins }) => {
  Origins[0]!.OriginShield = { Enabled: true, OriginShieldRegion: 'us-east-1' };
};
const tags: Change = (config) => {
  config.CacheTagConfig = { HeaderName: 'x-amz-meta-cache-tag' };
};
const store: Change = (_, { Resources }) => {
  const found = Object.values(Resources).find(({ Type }) => Type === 'AWS::CloudFront::Function')!;
  Object.assign(found.Properties!['FunctionConfig'] as object, {
    KeyValueStoreAssociations: [{ KeyValueStoreARN: { 'Fn::GetAtt': ['Store', 'Arn'] } }],
  });
  Resources['Store'] = { Type: 'AWS::CloudFront::KeyValueStore', Properties: { Name: 'store' } };
};
const behaviors =
  (count: number): Change =>
  (config) => {
    config.CacheBehaviors = Array.from({ length: count - 1 }, (_, index) => ({
      ...config.DefaultCacheBehavior,
      PathPattern: `/${index}/*`,
    }));
  };
/** A second distribution like the first, but for these properties. */
const another =
  (changes: object): Change =>
  (config, { Resources }) => {
    const DistributionConfig = { ...structuredClone(config), ...changes };
    Resources['Another'] = { Type: 'AWS::CloudFront::Distribution', Properties: { DistributionConfig } };
  };

const sharedAcl: Change = (config, template) => {
  const { FunctionAssociations: _, ...behavior } = config.DefaultCacheBehavior;
  another({ DefaultCacheBehavior: behavior })(config, template);
};

/** A second distribution whose own function reads the first one's store. */
const sharedStore: Change = (config, template) => {
  store(config, template);
  const { Resources } = template;
  const id = idOf(template, 'AWS::CloudFront::Function');
  const { Type, Properties } = Resources[id]!;
  Resources['AnotherFunction'] = { Type, Properties: { ...Properties, Name: 'another' } };
  const [association] = config.DefaultCacheBehavior.FunctionAssociations!;
  another({
    WebACLId: 'arn:other',
    DefaultCacheBehavior: {
      ...config.DefaultCacheBehavior,
      FunctionAssociations: [{ ...association, FunctionARN: { 'Fn::GetAtt': ['AnotherFunction', 'FunctionARN'] } }],
    },
  })(config, template);
};

test.each(['free', 'pro', 'business', 'premium'] as const)('%s has nothing against what all plans have', (tier) => {
  expect(() => readWith(tier, behaviors(PLANS[tier].behaviors))).not.toThrow();
});

test.each<[string, string, Change, string]>([
  ['free', 'a custom cache policy', custom, 'The plan free has no custom cache policies; business has'],
  ['pro', 'a custom cache policy', custom, 'The plan pro has no custom cache policies; business has'],
  ['pro', 'a custom headers policy', headers, 'no custom response headers policies; business has'],
  ['business', 'a Shield', shield, 'The plan business has no Origin Shield; premium has'],
  ['free', 'cache tags', tags, 'The plan free has no cache tags; pro has'],
  ['free', 'a KeyValueStore', store, 'The plan free has no KeyValueStore; pro has'],
  ['pro', 'a KeyValueStore outside of the plan', store, 'A KeyValueStore has to be among the resources of the plan'],
  ['free', 'too many behaviors', behaviors(6), 'The plan free has 5 cache behaviours'],
  ['pro', 'no web ACL', (config) => void delete config.WebACLId, 'needs a web ACL'],
  [
    'pro',
    'a web ACL outside of the plan',
    (config) => (config.WebACLId = 'arn:other'),
    'among the resources of the plan',
  ],
  ['pro', 'a shared web ACL', sharedAcl, 'The web ACL is shared with Another'],
  ['pro', 'a shared function', another({ WebACLId: 'arn:other' }), 'A function is shared with Another'],
  ['pro', 'a shared KeyValueStore', sharedStore, 'A KeyValueStore is shared with Another'],
  ['gold', 'a tier that does not exist', () => undefined, 'there is no plan gold'],
])('%s refuses %s', (tier, _, change, message) => {
  expect(() => readWith(tier, change)).toThrow(message);
});

test.each<[string, Change]>([
  ['business', custom],
  ['business', headers],
  ['premium', shield],
  ['pro', tags],
  [
    'pro',
    (config, template) => {
      store(config, template);
      const { ResourceArns } = template.Resources['Plan']!.Properties as { ResourceArns: object[] };
      ResourceArns.push({ 'Fn::GetAtt': ['Store', 'Arn'] });
    },
  ],
])('%s, the plan that the error names, has it', (tier, change) => {
  expect(() => readWith(tier, change)).not.toThrow();
});

test('the managed policy that forwards Host is refused for a bucket', () => {
  const change: Change = (config) => (config.DefaultCacheBehavior.CachePolicyId = ORIGIN_HEADERS);
  expect(() => readWith('pro', change)).toThrow("Managed-UseOriginCacheControlHeaders forwards the viewer's Host");
});
