import { App, Stack, aws_cloudfront as cloudfront, aws_cloudfront_origins as origins } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from '../../edge/config/features';
import { ImageResizer } from '../../stack/image-resizer';
import type { Json } from '../tools/mutations/template';
import { STAGED } from './assets';

const US_EAST_1 = { region: 'us-east-1' };

function site(props: Partial<cloudfront.DistributionProps> = {}, app = new App()) {
  const stack = new Stack(app, 'Site', { env: US_EAST_1 });
  const distribution = new cloudfront.Distribution(stack, 'Distribution', {
    defaultBehavior: { origin: new origins.HttpOrigin('www.example.com') },
    ...props,
  });
  return { app, stack, distribution };
}

const ACL = 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/site/0-1';

const setTagHeader = (distribution: cloudfront.Distribution, HeaderName: string) =>
  (distribution.node.defaultChild as cloudfront.CfnDistribution).addPropertyOverride(
    'DistributionConfig.CacheTagConfig',
    { HeaderName },
  );

/** A site with images of two buckets, and the code of its functions by logical id. */
function attached(): { template: Json; code: Record<string, string> } {
  const { app, stack, distribution } = site({}, new App(STAGED));
  for (const name of ['img', 'products']) {
    const images = new ImageResizer(stack, name, { config: { base: `/${name}` } });
    images.addTo(distribution, `/${name}/*`);
  }
  const assembly = app.synth();
  // Also refuses a template with a cycle.
  const template: Json = Template.fromStack(stack).toJSON();
  const code: Record<string, string> = {};
  for (const [id, { Type, Properties }] of Object.entries<Json>(template.Resources)) {
    if (Type !== 'AWS::Lambda::Function' || !id.includes('OriginResponse')) continue;
    code[id] = readFileSync(
      join(assembly.directory, `asset.${Properties.Code.S3Key.replace('.zip', '')}`, 'settings.json'),
      'utf8',
    );
  }
  return { template, code };
}

const shared = attached();

const resources = (template: Json, type: string): [id: string, properties: Json][] =>
  Object.entries<Json>(template.Resources)
    .filter(([, { Type }]) => Type === type)
    .map(([id, { Properties }]) => [id, Properties]);

const distributionOf = (template: Json): Json =>
  resources(template, 'AWS::CloudFront::Distribution')[0]![1].DistributionConfig;

/** What a site with images below /img and /products would do wrong, each as a word. */
function faultsOf({ template, code }: typeof shared): string[] {
  const config = distributionOf(template);
  const faults = new Set<string>();
  const check = (holds: unknown, fault: string) => holds || faults.add(fault);
  check(config.CacheTagConfig?.HeaderName === 'x-amz-meta-cache-tag', 'cache tags');
  check(config.CustomErrorResponses === undefined, 'errors of the site');
  check(config.DefaultCacheBehavior.FunctionAssociations === undefined, 'functions of the site');
  for (const base of ['/img', '/products']) {
    const name = base.slice(1);
    const behaviour = config.CacheBehaviors?.find(({ PathPattern }: Json) => PathPattern === `${base}/*`);
    check(behaviour, `behaviour ${base}`);
    if (!behaviour) continue;
    const [atViewer] = behaviour.FunctionAssociations ?? [];
    const functionId = atViewer?.FunctionARN['Fn::GetAtt'][0];
    check(atViewer?.EventType === 'viewer-request' && functionId.startsWith(name), 'viewer-request');
    check(template.Resources[functionId]?.Properties.FunctionCode.includes(`"${base}"`), 'base of viewer-request');
    const [atOrigin] = behaviour.LambdaFunctionAssociations ?? [];
    const version = template.Resources[atOrigin?.LambdaFunctionARN.Ref]?.Properties;
    check(atOrigin?.EventType === 'origin-response' && version, 'origin-response');
    const settings = code[version?.FunctionName.Ref] ?? '';
    check(settings.includes(`"base":"${base}"`), 'base of origin-response');
    check(settings.includes('"retryAfter":10'), 'Retry-After');
    const origin = config.Origins.find(({ Id }: Json) => Id === behaviour.TargetOriginId);
    check(/^\/[0-9a-f]{8}$/.test(origin?.OriginPath), 'origin path');
    check(origin?.OriginAccessControlId, 'access control');
    check(
      origin?.OriginCustomHeaders?.some(
        ({ HeaderName, HeaderValue }: Json) =>
          HeaderName === 'x-resizer-variants-bucket' && HeaderValue.Ref.startsWith(name),
      ),
      'buckets',
    );
    const change = resources(template, 'Custom::NewGeneration').find(([id]) => id.startsWith(name))?.[1];
    check(change?.Base === base, 'invalidation');
    const parameter = resources(template, 'AWS::SSM::Parameter').find(([id]) => id.startsWith(name))?.[1];
    check(parameter?.Name === `/Site/${name}/distribution`, 'name of the parameter');
    check(JSON.stringify(parameter?.Value).includes(`\\"base\\":\\"${base}\\"`), 'base of the parameter');
  }
  return [...faults];
}

test('two resizers stand behind one distribution, which is otherwise as it was', () => {
  expect(faultsOf(shared)).toEqual([]);
});

const imagesOf = (template: Json): Json => distributionOf(template).CacheBehaviors[0];

test.each<[string, string, (template: Json, code: Record<string, string>) => unknown]>([
  ['no viewer-request function', 'viewer-request', (t) => delete imagesOf(t).FunctionAssociations],
  ['no origin-response function', 'origin-response', (t) => delete imagesOf(t).LambdaFunctionAssociations],
  [
    'the function of the other base',
    'viewer-request',
    (t) => (imagesOf(t).FunctionAssociations = distributionOf(t).CacheBehaviors[1].FunctionAssociations),
  ],
  ['no cache tags', 'cache tags', (t) => delete distributionOf(t).CacheTagConfig],
  [
    'invalidations of everything',
    'invalidation',
    (t) => resources(t, 'Custom::NewGeneration').forEach(([, properties]) => delete properties.Base),
  ],
  [
    'no base for origin-response',
    'base of origin-response',
    (_, code) => Object.keys(code).forEach((id) => (code[id] = code[id]!.replace(/"base":"[^"]*"/, '"base":""'))),
  ],
  [
    'no base for viewer-request',
    'base of viewer-request',
    (t) =>
      resources(t, 'AWS::CloudFront::Function').forEach(
        ([, properties]) => (properties.FunctionCode = properties.FunctionCode.replace(/"\/(img|products)"/, '""')),
      ),
  ],
  ['another path pattern', 'behaviour /img', (t) => (imagesOf(t).PathPattern = '/*')],
  [
    'the bucket of the other base',
    'buckets',
    (t) => (imagesOf(t).TargetOriginId = distributionOf(t).CacheBehaviors[1].TargetOriginId),
  ],
  [
    'no origin path',
    'origin path',
    (t) => distributionOf(t).Origins.forEach((origin: Json) => delete origin.OriginPath),
  ],
  [
    'one parameter for both',
    'name of the parameter',
    (t) => resources(t, 'AWS::SSM::Parameter').forEach(([, properties]) => (properties.Name = '/Site/distribution')),
  ],
  [
    'other errors for the site',
    'errors of the site',
    (t) => (distributionOf(t).CustomErrorResponses = [{ ErrorCode: 404, ErrorCachingMinTTL: 0 }]),
  ],
])('a template with a fault is told apart: %s', (_, fault, spoil) => {
  const { template, code } = structuredClone(shared);
  spoil(template, code);
  expect(faultsOf({ template, code })).toContain(fault);
});

test('one with a base that is added to no distribution fails at synthesis, with what to do', () => {
  const { app, stack } = site();
  const images = new ImageResizer(stack, 'Images', { config: { base: '/img' } });
  const sentence = "has no distribution of its own. Add it to one: images.addTo(distribution, '/img/*').";
  expect(() => app.synth()).toThrow(sentence);
  expect(() => images.queue).toThrow(sentence);
});

describe('addTo refuses, with what to do', () => {
  const imagesIn = (stack: Stack, base: string | undefined = '/img') =>
    new ImageResizer(stack, 'Images', { config: base ? { base } : {} });

  test('a pattern of another path', () => {
    const { stack, distribution } = site();
    expect(() => imagesIn(stack).addTo(distribution, '/images/*')).toThrow("give '/img/*'");
  });

  test('a second distribution', () => {
    const { stack, distribution } = site();
    const images = imagesIn(stack);
    images.addTo(distribution, '/img/*');
    expect(() => images.addTo(distribution, '/img/*')).toThrow('Site/Images has a distribution already');
  });

  test('an imported distribution', () => {
    const { stack } = site();
    const imported = importedIn(stack);
    expect(() => imagesIn(stack).addTo(imported, '/img/*')).toThrow('Call images.behaviour(distribution) instead');
  });

  test('a distribution of another stack', () => {
    const { app, distribution } = site();
    const other = new Stack(app, 'Other', { env: US_EAST_1 });
    expect(() => imagesIn(other).addTo(distribution, '/img/*')).toThrow(
      'The distribution is in the stack Site, the ImageResizer in Other. Create the ImageResizer in the stack of the distribution',
    );
  });
});

const importedIn = (stack: Stack) =>
  cloudfront.Distribution.fromDistributionAttributes(stack, 'Imported', {
    distributionId: 'E123EXAMPLE',
    domainName: 'd111111abcdef8.cloudfront.net',
  });

test('a distribution that has cache tags keeps its header, which the function is told', () => {
  const { stack, distribution } = site();
  setTagHeader(distribution, 'Edge-Cache-Tag');
  new ImageResizer(stack, 'Images', { config: { base: '/img' } }).addTo(distribution, '/img/*');
  const template: Json = Template.fromStack(stack).toJSON();
  expect(distributionOf(template).CacheTagConfig).toEqual({ HeaderName: 'Edge-Cache-Tag' });
  expect(distributionOf(template).Origins[1].OriginCustomHeaders).toContainEqual({
    HeaderName: 'x-resizer-cache-tag-header',
    HeaderValue: 'Edge-Cache-Tag',
  });
  const [[, policy]] = resources(template, 'AWS::CloudFront::ResponseHeadersPolicy') as [[string, Json]];
  expect(policy.ResponseHeadersPolicyConfig.RemoveHeadersConfig.Items).toEqual([{ Header: 'Edge-Cache-Tag' }]);
});

test('a header for cache tags that is set after addTo is refused', () => {
  const { app, stack, distribution } = site();
  new ImageResizer(stack, 'Images', { config: { base: '/img' } }).addTo(distribution, '/img/*');
  setTagHeader(distribution, 'Edge-Cache-Tag');
  expect(() => app.synth()).toThrow('Set the header before you call addTo.');
});

test.each([
  [404, 1],
  [403, 1],
  [501, 0],
])('a page for the status %i is reported %i times', (httpStatus, times) => {
  const { stack, distribution } = site({
    errorResponses: [{ httpStatus, responseHttpStatus: 200, responsePagePath: '/index.html' }],
  });
  new ImageResizer(stack, 'Images', { config: { base: '/img' } }).addTo(distribution, '/img/*');
  const warnings = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('error pages'));
  expect(warnings.length).toBe(times);
});

test('the owner of an imported distribution is told what to add, and only that may read the variants', () => {
  const { stack } = site();
  const images = new ImageResizer(stack, 'Images', { config: { base: '/img' } });
  const { cacheBehavior, origin } = images.behaviour(importedIn(stack), { cacheTagHeader: 'Edge-Cache-Tag' });
  const template: Json = Template.fromStack(stack).toJSON();
  expect(cacheBehavior).toMatchObject({ pathPattern: '/img/*', targetOriginId: origin.id });
  expect(JSON.stringify(template.Outputs.ImagesBehaviour.Value)).toMatch(/viewer-request.*origin-response/);
  const policies = JSON.stringify(resources(template, 'AWS::S3::BucketPolicy'));
  expect(policies).toContain(':distribution/E123EXAMPLE');
  expect(JSON.stringify(resources(template, 'AWS::IAM::Policy'))).toContain(':distribution/E123EXAMPLE');
});

describe('pictures for members and signed sizes', () => {
  const MEMBERS = { keyGroups: ['group-1'] };
  const FOLDERS = { ...MEMBERS, paths: ['members', 'clients/a'] };
  const imagesIn = (stack: Stack, members: { keyGroups: string[]; paths?: string[] }) =>
    new ImageResizer(stack, 'Images', { config: { base: '/img', signed: true, private: members } });
  const storesOf = (template: Json) =>
    resources(template, 'AWS::CloudFront::Function').map(
      ([, { FunctionConfig }]) => FunctionConfig.KeyValueStoreAssociations.length,
    );

  test('addTo puts the folders before the images, and these alone trust the group', () => {
    const { app, stack, distribution } = site();
    imagesIn(stack, FOLDERS).addTo(distribution, '/img/*');
    expect(() => app.synth()).not.toThrow();
    const template: Json = Template.fromStack(stack).toJSON();
    const { CacheBehaviors, DefaultCacheBehavior } = distributionOf(template);
    expect(CacheBehaviors.map((each: Json) => [each.PathPattern, each.TrustedKeyGroups])).toEqual([
      ['/img/members/*', ['group-1']],
      ['/img/clients/a/*', ['group-1']],
      ['/img/*', undefined],
    ]);
    expect(DefaultCacheBehavior.TrustedKeyGroups).toBeUndefined();
    const functions = CacheBehaviors.map((each: Json) => JSON.stringify(each.FunctionAssociations));
    expect(functions[0]).toBe(functions[1]);
    expect(functions[1]).not.toBe(functions[2]);
    expect(storesOf(template)).toEqual([1, 1]);
  });

  test('without folders, all of the images trust it, and nothing else of the site', () => {
    const { stack, distribution } = site();
    imagesIn(stack, MEMBERS).addTo(distribution, '/img/*');
    const { CacheBehaviors, DefaultCacheBehavior } = distributionOf(Template.fromStack(stack).toJSON());
    expect(CacheBehaviors.map((each: Json) => each.TrustedKeyGroups)).toEqual([['group-1']]);
    expect(DefaultCacheBehavior.TrustedKeyGroups).toBeUndefined();
  });

  test('the owner of an imported distribution is told of them, in their order', () => {
    const { stack } = site();
    const { cacheBehavior, memberBehaviors } = imagesIn(stack, FOLDERS).behaviour(importedIn(stack));
    expect(memberBehaviors!.map(({ pathPattern, trustedKeyGroups }) => [pathPattern, trustedKeyGroups])).toEqual([
      ['/img/members/*', ['group-1']],
      ['/img/clients/a/*', ['group-1']],
    ]);
    expect(cacheBehavior.trustedKeyGroups).toBeUndefined();
    const template: Json = Template.fromStack(stack).toJSON();
    expect(JSON.stringify(template.Outputs.ImagesBehaviour.Value)).toContain('trustedKeyGroups');
    expect(storesOf(template)).toEqual([1, 1]);
  });

  test('without folders, the owner is told of one behaviour, which trusts the group', () => {
    const { stack } = site();
    const { cacheBehavior, memberBehaviors } = imagesIn(stack, MEMBERS).behaviour(importedIn(stack));
    expect([cacheBehavior.trustedKeyGroups, memberBehaviors]).toEqual([['group-1'], undefined]);
  });

  test('the plan of the distribution bounds how many folders there are', () => {
    const { app, stack, distribution } = site({ webAclId: ACL });
    const paths = Array.from({ length: 4 }, (_, index) => `members-${index}`);
    const config = { base: '/img', private: { keyGroups: ['group-1'], paths } };
    new ImageResizer(stack, 'Images', { config, stack: { plan: 'free' } }).addTo(distribution, '/img/*');
    expect(() => app.synth()).toThrow('The plan free has 5 cache behaviours');
  });
});

describe('the plan of the distribution', () => {
  const imagesIn = (stack: Stack, plan: Plan) =>
    new ImageResizer(stack, 'Images', { config: { base: '/img' }, stack: { plan } });

  const OWN_POLICY: cloudfront.BehaviorOptions = {
    origin: new origins.HttpOrigin('www.example.com'),
    responseHeadersPolicy: { responseHeadersPolicyRef: { responseHeadersPolicyId: 'own' } } as never,
  };
  const SIX = Object.fromEntries(
    Array.from({ length: 6 }, (_, index) => [`/${index}/*`, { origin: new origins.HttpOrigin('www.example.com') }]),
  );

  /** What of a behaviour, its origin and the template plans differ in. */
  const used = (template: Json, behaviour: Json, origin: Json, tagHeader: unknown) => ({
    customPolicy: (behaviour.ResponseHeadersPolicyId ?? behaviour.responseHeadersPolicyId) !== undefined,
    managedPolicy: behaviour.CachePolicyId ?? behaviour.cachePolicyId,
    shield: (origin.OriginShield ?? origin.originShield) !== undefined,
    tags: tagHeader !== undefined,
    policies: resources(template, 'AWS::CloudFront::ResponseHeadersPolicy').length,
    subscriptions: resources(template, 'AWS::PricingPlanManager::Subscription').length,
    webAcls: resources(template, 'AWS::WAFv2::WebACL').length,
  });
  const OWNERS = { subscriptions: 0, webAcls: 0, managedPolicy: 'b2884449-e4de-46a7-ac36-70bc7f1ddd6d' };
  const PRO = { ...OWNERS, customPolicy: false, shield: false, tags: true, policies: 0 };
  const USED: [Plan, object][] = [
    ['free', { ...PRO, tags: false }],
    ['pro', PRO],
    ['business', { ...PRO, customPolicy: true, policies: 1 }],
    ['premium', { ...PRO, customPolicy: true, policies: 1, shield: true }],
  ];

  test.each(USED)('%s bounds what addTo uses, and is left to its owner', (plan, expected) => {
    const { app, stack, distribution } = site({ webAclId: ACL });
    imagesIn(stack, plan).addTo(distribution, '/img/*');
    expect(() => app.synth()).not.toThrow();
    const template: Json = Template.fromStack(stack).toJSON();
    const { Origins, CacheTagConfig } = distributionOf(template);
    expect(used(template, imagesOf(template), Origins[1], CacheTagConfig)).toEqual(expected);
  });

  test.each(USED)('%s bounds what the owner of an imported distribution is told to add', (plan, expected) => {
    const { stack } = site();
    const images = imagesIn(stack, plan);
    const { cacheBehavior, origin, cacheTagHeader } = images.behaviour(importedIn(stack));
    const template: Json = Template.fromStack(stack).toJSON();
    expect(used(template, cacheBehavior, origin, cacheTagHeader)).toEqual(expected);
  });

  test.each<[Plan, Partial<cloudfront.DistributionProps>, string]>([
    ['pro', {}, 'A distribution with a plan needs a web ACL'],
    ['pro', { webAclId: ACL, defaultBehavior: OWN_POLICY }, 'The plan pro has no custom response headers policies'],
    ['free', { webAclId: ACL, additionalBehaviors: SIX }, 'The plan free has 5 cache behaviours'],
  ])('%s is checked of the rest of the distribution, too', (plan, props, sentence) => {
    const { app, stack, distribution } = site(props);
    imagesIn(stack, plan).addTo(distribution, '/img/*');
    expect(() => app.synth()).toThrow(sentence);
  });

  test('a header for cache tags is refused where the plan has none', () => {
    const { stack } = site();
    const images = imagesIn(stack, 'free');
    expect(() => images.behaviour(importedIn(stack), { cacheTagHeader: 'Edge-Cache-Tag' })).toThrow(
      'the plan free has no cache tags; pro has',
    );
  });
});
