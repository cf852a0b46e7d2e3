import { type Stack, aws_cloudfront as cloudfront, aws_cloudfront_origins as origins } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { type ResizerConfig, parseConfig } from '../../edge/config/schema';
import { PLANS } from '../../edge/limits';
import { ALARMS } from '../../scripts/cost/model';
import { mentions, only, synthesised } from './synthesised';

type StackSettings = NonNullable<ResizerConfig['stack']>;

const MANAGED = 'b2884449-e4de-46a7-ac36-70bc7f1ddd6d';
/** In the parameter: of both buckets and of the two functions that CloudFront does not run. */
const PARAMETER_REGIONS = 4;
const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/0123-abcd';

const templateOf = (stack: StackSettings): Template => synthesised({ stack })['ImageResizer']!;

const configOf = (template: Template): Record<string, any> =>
  only(template, 'AWS::CloudFront::Distribution')['DistributionConfig'];

const countOf = (template: Template, type: string): number => Object.keys(template.findResources(type)).length;

/** What of a template plans differ in. */
function usedBy(template: Template) {
  const config = configOf(template);
  const [mapping] = Object.values(template.findResources('AWS::Lambda::EventSourceMapping'));
  return {
    policy: config['DefaultCacheBehavior'].CachePolicyId,
    headersPolicies: countOf(template, 'AWS::CloudFront::ResponseHeadersPolicy'),
    hasShield: config['Origins'][0].OriginShield?.Enabled ?? false,
    hasTags: config['CacheTagConfig'] !== undefined,
    hasAcl: config['WebACLId'] !== undefined,
    subscriptions: countOf(template, 'AWS::PricingPlanManager::Subscription'),
    paidMetrics: countOf(template, 'AWS::CloudFront::MonitoringSubscription'),
    alarms: countOf(template, 'AWS::CloudWatch::Alarm'),
    windowSeconds: mapping!['Properties'].MaximumBatchingWindowInSeconds,
  };
}

const METERED = {
  policy: MANAGED,
  headersPolicies: 1,
  hasShield: true,
  hasTags: true,
  hasAcl: false,
  subscriptions: 0,
  paidMetrics: 1,
  alarms: ALARMS['as you go'],
  windowSeconds: 1,
};
const PRO = { ...METERED, headersPolicies: 0, hasShield: false, hasAcl: true, paidMetrics: 0, alarms: ALARMS.pro };

test.each<[StackSettings, Partial<typeof METERED>]>([
  [{}, METERED],
  [{ shield: false }, { ...METERED, hasShield: false, alarms: 2 }],
  [{ metrics: false }, { ...METERED, paidMetrics: 0, alarms: 4 }],
  [{ plan: 'free' }, { ...PRO, hasTags: false, windowSeconds: 300, alarms: ALARMS.free }],
  [{ plan: 'pro' }, PRO],
  [
    { plan: 'pro', metrics: true },
    { ...PRO, paidMetrics: 1 },
  ],
  [{ plan: 'business' }, { ...PRO, headersPolicies: 1, alarms: ALARMS.business }],
  [{ plan: 'premium' }, { ...PRO, headersPolicies: 1, hasShield: true, alarms: ALARMS.premium }],
  [
    { plan: 'premium', shield: false, subscribe: true },
    { ...PRO, headersPolicies: 1, subscriptions: 1 },
  ],
])('%j uses what its plan has, and no more', (stack, used) => {
  expect(usedBy(templateOf(stack))).toEqual(used);
});

describe('a subscription', () => {
  const zone = { id: 'Z0123456789', name: 'example.com' };
  const domains = { names: ['images.example.com'], certificateArn: CERTIFICATE };

  test.each([
    ['without records', { domains }, 2],
    ['with records', { domains: { ...domains, hostedZone: zone } }, 3],
  ])('has the distribution, the web ACL and the zone that the stack writes to: %s', (_, settings, count) => {
    const template = templateOf({ plan: 'pro', subscribe: true, ...settings });
    const { ResourceArns: arns, ...rest } = only(template, 'AWS::PricingPlanManager::Subscription');
    expect(rest).toEqual({ PlanFamily: 'CloudFront', PlanTier: 'PRO' });
    expect(arns).toHaveLength(count);
    expect(JSON.stringify(arns[0])).toContain(':distribution/');
    expect(arns[1]).toEqual(configOf(template)['WebACLId']);
    expect(JSON.stringify(arns.slice(2))).toContain(count === 3 ? 'hostedzone/Z0123456789' : '[]');
  });

  test('that is paid has an output that says where it is approved; a free one is active at once', () => {
    expect(templateOf({ plan: 'pro', subscribe: true }).toJSON()['Outputs']).toHaveProperty('PlanApproval');
    expect(templateOf({ plan: 'free', subscribe: true }).toJSON()['Outputs']).not.toHaveProperty('PlanApproval');
  });

  test('that is higher for the time being keeps its tier, while the features are those of the lower plan', () => {
    const template = templateOf({ plan: 'pro', subscribe: 'business' });
    expect(only(template, 'AWS::PricingPlanManager::Subscription')['PlanTier']).toBe('BUSINESS');
    expect(usedBy(template)).toEqual({ ...PRO, subscriptions: 1 });
  });

  test('has the KeyValueStore of a function of the distribution', () => {
    const template = synthesised({ stack: { plan: 'pro', subscribe: true } }, (stack) => {
      const store = new cloudfront.KeyValueStore(stack, 'Store');
      const viewerRequest = stack.node
        .findAll()
        .find((each): each is cloudfront.CfnFunction => each instanceof cloudfront.CfnFunction)!;
      viewerRequest.addPropertyOverride('FunctionConfig.KeyValueStoreAssociations', [
        { KeyValueStoreARN: store.keyValueStoreArn },
      ]);
    })['ImageResizer']!;
    const [[id]] = Object.entries(template.findResources('AWS::CloudFront::KeyValueStore')) as [[string, unknown]];
    const { ResourceArns } = only(template, 'AWS::PricingPlanManager::Subscription');
    expect(ResourceArns[2]).toEqual({ 'Fn::GetAtt': [id, 'Arn'] });
  });
});

test('the web ACL keeps its logical id with a plan, without one, and when a rate limit comes and goes', () => {
  const ids = [{ plan: 'pro' }, { plan: 'pro', rateLimit: 100 }, { rateLimit: 100 }].map((stack) =>
    Object.keys(templateOf(stack as StackSettings).findResources('AWS::WAFv2::WebACL')),
  );
  expect(ids[0]).toHaveLength(1);
  expect(ids).toEqual([ids[0], ids[0], ids[0]]);
});

test('without an Origin Shield nothing is watched where renders run, and the logs have no one region', () => {
  const template = templateOf({ shield: false });
  const metrics = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(
    ({ Properties }): string => `${Properties.Namespace} ${Properties.MetricName}`,
  );
  expect(metrics.sort()).toEqual(['AWS/CloudFront 5xxErrorRate', 'AWS/SQS ApproximateNumberOfMessagesVisible']);
  expect(mentions(template, 'AWS/Lambda')).toBe(false);
  const parameter = JSON.stringify(only(template, 'AWS::SSM::Parameter')['Value']);
  expect(parameter.split('region').length).toBe(PARAMETER_REGIONS + 1);
  expect(countOf(template, 'AWS::Logs::LogGroup')).toBe(2);
});

test('the role may write logs wherever renders run', () => {
  const roles = templateOf({ shield: false }).findResources('AWS::IAM::Role');
  const role = Object.values(roles).find(({ Properties }) => JSON.stringify(Properties).includes('edgelambda'))!;
  const statement = role['Properties'].Policies.flatMap(({ PolicyDocument }: any) => PolicyDocument.Statement).find(
    ({ Action }: any) => Action.includes('logs:CreateLogGroup'),
  );
  expect(JSON.stringify(statement.Resource)).toContain(':logs:*:');
});

test.each<[string, ResizerConfig, string]>([
  ['shield', { stack: { plan: 'pro', shield: true } }, 'without a plan or with premium: pro has no Origin Shield'],
  ['accessLogs', { stack: { plan: 'free', accessLogs: true } }, 'from the plan pro on: free has no access logs'],
  [
    'webAclArn',
    { stack: { plan: 'business', webAclArn: 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/mine/0-1' } },
    'expected it only without a plan',
  ],
  ['subscribe', { stack: { subscribe: true } }, 'expected it only with stack.plan: free, pro, business, premium'],
  [
    'subscribe',
    { stack: { plan: 'pro', subscribe: 'free' } },
    'expected true, or a plan that has what stack.plan, pro, has',
  ],
  ['subscribe', { stack: { plan: 'pro', subscribe: 'gold' as never } }, 'expected true, false, or one of free, pro'],
  ['subscribe', { base: '/img', stack: { plan: 'pro', subscribe: true } }, 'expected it only without base'],
])('stack.%s is refused in %j', (name, config, sentence) => {
  expect(() => parseConfig(config)).toThrow(`stack.${name}: `);
  expect(() => parseConfig(config)).toThrow(sentence);
});

test('a CDN time that no managed policy keeps is refused', () => {
  expect(() => parseConfig({ cache: { cdn: 31_536_001 } })).toThrow('cache.cdn: 31536001');
});

describe('at synthesis is refused', () => {
  const distributionIn = (stack: Stack) =>
    stack.node
      .findAll()
      .find((each): each is cloudfront.CfnDistribution => each instanceof cloudfront.CfnDistribution)!;
  const set = (path: string, value: unknown) => (stack: Stack) =>
    distributionIn(stack).addPropertyOverride(`DistributionConfig.${path}`, value);
  const setBehaviour = (name: string, value: unknown) => set(`DefaultCacheBehavior.${name}`, value);
  const aclOf = (stack: Stack): string =>
    (distributionIn(stack).distributionConfig as cloudfront.CfnDistribution.DistributionConfigProperty).webAclId!;
  const another = (stack: Stack, props: object, behaviour: object = {}) =>
    new cloudfront.Distribution(stack, 'Another', {
      defaultBehavior: { origin: new origins.HttpOrigin('www.example.com'), ...behaviour },
      ...props,
    });

  test.each<[keyof typeof PLANS, string, (stack: Stack) => unknown, string]>([
    [
      'pro',
      'a cache policy of its own',
      (stack) => setBehaviour('CachePolicyId', new cloudfront.CachePolicy(stack, 'Own').cachePolicyId)(stack),
      'The plan pro has no custom cache policies; business has.',
    ],
    ['free', "somebody's cache policy", setBehaviour('CachePolicyId', 'an-id'), 'no custom cache policies'],
    [
      'pro',
      'a headers policy',
      setBehaviour('ResponseHeadersPolicyId', 'an-id'),
      'no custom response headers policies',
    ],
    ['pro', 'a request policy', setBehaviour('OriginRequestPolicyId', 'an-id'), 'no custom origin request policies'],
    [
      'business',
      'an Origin Shield',
      set('Origins.0.OriginShield', { Enabled: true, OriginShieldRegion: 'us-east-1' }),
      'The plan business has no Origin Shield; premium has.',
    ],
    [
      'pro',
      'origin failover',
      set('OriginGroups', { Quantity: 1 }),
      'The plan pro has no origin failover; premium has.',
    ],
    ['free', 'cache tags', set('CacheTagConfig', { HeaderName: 'tag' }), 'The plan free has no cache tags; pro has.'],
    ['premium', 'no web ACL', set('WebACLId', undefined), 'A distribution with a plan needs a web ACL.'],
    [
      'pro',
      'the function of another distribution',
      (stack) =>
        another(
          stack,
          {},
          {
            functionAssociations: [
              {
                eventType: cloudfront.FunctionEventType.VIEWER_REQUEST,
                function: stack.node.findAll().find((each) => each instanceof cloudfront.Function),
              },
            ],
          },
        ),
      'A function is shared with ImageResizer/Another',
    ],
    [
      'pro',
      'the web ACL of another distribution',
      (stack) => another(stack, { webAclId: aclOf(stack) }),
      'The web ACL is shared with ImageResizer/Another',
    ],
    [
      'free',
      'more behaviours than it has',
      set(
        'CacheBehaviors',
        Array.from({ length: PLANS.free.behaviors }, (_, index) => ({
          PathPattern: `/${index}/*`,
          CachePolicyId: MANAGED,
        })),
      ),
      'The plan free has 5 cache behaviours, the distribution has 6.',
    ],
  ])('with %s: %s', (plan, _, spoil, sentence) => {
    expect(() => synthesised({ stack: { plan } }, spoil)).toThrow(sentence);
  });

  test.each(['pro', 'business'] as const)('nothing that %s has: another managed policy', (plan) => {
    const policy = cloudfront.CachePolicy.CACHING_OPTIMIZED.cachePolicyId;
    expect(() => synthesised({ stack: { plan } }, setBehaviour('CachePolicyId', policy))).not.toThrow();
  });
});
