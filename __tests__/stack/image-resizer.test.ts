import {
  App,
  Lazy,
  NestedStack,
  Stack,
  Stage,
  aws_certificatemanager as acm,
  aws_iam as iam,
  aws_route53 as route53,
  type aws_s3 as s3,
  aws_sns as sns,
} from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { type ResizerConfig, parseConfig } from '../../edge/config/schema';
import { ImageResizer, type ImageResizerProps } from '../../stack/image-resizer';
import { expectRefused } from './escape-hatches';

type StackSettings = NonNullable<ResizerConfig['stack']>;

const US_EAST_1 = { region: 'us-east-1' };

const configWith = (stack: StackSettings) => parseConfig({ stack });

/** An image resizer in the stack of another app. */
function within(
  settings: StackSettings = {},
  env: { region?: string } = US_EAST_1,
  props?: Partial<ImageResizerProps>,
) {
  const app = new App();
  const stack = new Stack(app, 'Website', { env });
  return { app, stack, resizer: new ImageResizer(stack, 'Images', { config: configWith(settings), ...props }) };
}

/** A stack of another app. */
const otherStack = () => new Stack(new App(), 'Website', { env: US_EAST_1 });

test('another app takes it as a construct', () => {
  const { stack, resizer } = within();
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::CloudFront::Distribution', 1);
  expect(stack.resolve(resizer.distribution.distributionDomainName)).toEqual({
    'Fn::GetAtt': [expect.any(String), 'DomainName'],
  });
});

test.each([
  ['in another region', { region: 'eu-west-1' }, 'is in eu-west-1'],
  ['without a region', {}, 'has no region'],
])('a stack %s is refused, with what to do', (_, env, said) => {
  expect(() => within({}, env)).toThrow(new RegExp(`${said}.*us-east-1.*Give the stack env`));
});

test('a certificate outside us-east-1 is refused', () => {
  const stack = otherStack();
  const arn = 'arn:aws:acm:eu-west-1:123456789012:certificate/0-1';
  const certificate = acm.Certificate.fromCertificateArn(stack, 'Certificate', arn);
  expect(() => within({}, US_EAST_1, { domains: { names: ['a.example.com'], certificate } })).toThrow(
    'The certificate is in eu-west-1; CloudFront looks in us-east-1. Request one there.',
  );
});

test('a name outside its hosted zone is refused', () => {
  const stack = otherStack();
  const arn = 'arn:aws:acm:us-east-1:123456789012:certificate/0-1';
  const certificate = acm.Certificate.fromCertificateArn(stack, 'Certificate', arn);
  const hostedZone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
    hostedZoneId: 'Z1',
    zoneName: 'example.com',
  });
  expect(() => within({}, US_EAST_1, { domains: { names: ['a.example.org'], certificate, hostedZone } })).toThrow(
    'a.example.org is not in the hosted zone example.com.',
  );
});

test('domains both as a prop and in the config are refused, with what to do', () => {
  const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/0-1';
  const names = ['a.example.com'];
  const certificate = acm.Certificate.fromCertificateArn(otherStack(), 'Certificate', certificateArn);
  expect(() => within({ domains: { names, certificateArn } }, US_EAST_1, { domains: { names, certificate } })).toThrow(
    'Give the domains as a prop or in the config as stack.domains, not as both.',
  );
});

test('a rate limit beside a web ACL of your own is refused', () => {
  expect(() =>
    within({ rateLimit: 100, webAclArn: 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/0-1' }),
  ).toThrow('stack.rateLimit: 100, expected it only without webAclArn');
});

test.each<[string, StackSettings, string]>([
  ['rateLimit', { rateLimit: 5 }, 'rateLimit: 5, '],
  ['region', { region: 'eu-wst-1' }, 'region: "eu-wst-1", '],
  ['variantDays', { variantDays: 0 }, 'variantDays: 0, '],
  ['memoryMb', { memoryMb: 64 }, 'memoryMb: 64, '],
  ['alarmEmail', { alarmEmail: 'nobody' }, 'alarmEmail: "nobody", '],
  [
    'originals.bucket',
    { originals: { bucket: 'Assets' } },
    'originals.bucket: "Assets", expected the name of a bucket',
  ],
  [
    'originals.prefix without a slash',
    { originals: { bucket: 'company-assets', prefix: 'public' } },
    'originals.prefix: "public", expected folders in ASCII that end in a slash',
  ],
  [
    'originals.prefix that opens all folders',
    { originals: { bucket: 'company-assets', prefix: '*/' } },
    'originals.prefix: "*/", ',
  ],
  [
    'originals.region that there is not',
    { originals: { bucket: 'company-assets', region: 'eu-wst-1' } },
    'originals.region: "eu-wst-1", expected a region of AWS',
  ],
  [
    'originals.kmsKeyArn of another region',
    { originals: { bucket: 'company-assets', kmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/k' } },
    'originals.kmsKeyArn: the key is in eu-west-1, expected one in us-east-1',
  ],
])('a setting that AWS would refuse is refused: %s', (_, settings, said) => {
  expect(() => within(settings)).toThrow(said);
});

test('a value that is known only while deploying is taken', () => {
  const bucketName = Lazy.string({ produce: () => 'company-assets' });
  expect(within({ originals: { bucket: bucketName } }).resizer.originals.bucketName).toBe(bucketName);
});

test('several in one stack share no name and no output', () => {
  const { app, stack } = within({ region: 'eu-west-1', accessLogs: true, rateLimit: 100 });
  new ImageResizer(stack, 'More', { stack: { region: 'eu-west-1', accessLogs: true, rateLimit: 100 } });
  new ImageResizer(stack, 'Resizer', { config: { sizes: ['full'] } });
  const names = app
    .synth()
    .stacks.flatMap(({ stackName, template }) => [stackName, ...namesIn(template as TemplateJson)]);
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  const { Outputs } = Template.fromStack(stack).toJSON() as { Outputs: object };
  expect(Object.keys(Outputs).filter((name) => name.endsWith('Url'))).toEqual(['ImagesUrl', 'MoreUrl', 'Url']);
});

interface TemplateJson {
  Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
}

/** Properties that are unique in an account and its regions, or would mix what is measured. */
const NAMES = ['BucketName', 'FunctionName', 'QueueName', 'LogGroupName', 'Name', 'DashboardName', 'AlarmName'];

const isReference = (value: unknown): boolean => Object.hasOwn(Object(value), 'Ref');

const namesIn = ({ Resources }: TemplateJson): string[] =>
  Object.values(Resources).flatMap(({ Type, Properties = {} }) =>
    [
      ...NAMES.map((name) => Properties[name]),
      (Properties['VisibilityConfig'] as { MetricName: string } | undefined)?.MetricName,
    ].flatMap((value) => (value === undefined || isReference(value) ? [] : [`${Type} ${JSON.stringify(value)}`])),
  );

test('two that would have the same names are refused', () => {
  const { stack } = within();
  expect(() => new ImageResizer(new Construct(stack, 'x'), 'y')).not.toThrow();
  expect(() => new ImageResizer(stack, 'x-y')).toThrow(
    'Website/x/y and Website/x-y would have the same names. Give one of them another id.',
  );
});

test.each<[string, ResizerConfig | undefined, RegExp]>([
  ['as it is written', { sizes: ['64w'], presets: {} }, /^\d\d$/],
  ['or none', undefined, /^\d{3}$/],
])('a config is taken, %s', (_, config, variants) => {
  const stack = otherStack();
  new ImageResizer(stack, 'Images', config && { config });
  const { Outputs } = Template.fromStack(stack).toJSON() as { Outputs: Record<string, { Value: string }> };
  expect(Outputs['ImagesVariantsPerOriginal']!.Value).toMatch(variants);
});

test.each<[string, ImageResizerProps, string]>([
  ['a config that is none', { config: null as unknown as ResizerConfig }, 'config: null, '],
  ['a config that is text', { config: 'a.ts' as unknown as ResizerConfig }, 'config: "a.ts", '],
  ['a wrong size', { config: { sizes: ['300'] } }, 'sizes[0]: "300", expected WxH'],
  ['a wrong prop stack', { stack: { memoryMb: 1 } }, 'stack.memoryMb: 1, '],
  [
    'a setting in both places',
    { config: { stack: { region: 'eu-west-1' } }, stack: { region: 'eu-west-1' } },
    'stack.region is in both the config and the prop stack. Keep one of them.',
  ],
  ['a name that is ignored', { stack: { name: 'Mine' } }, 'stack.name: "Mine" has no effect'],
  [
    'a price class with a base',
    { config: { base: '/img' }, stack: { priceClass: '100' } },
    'stack.priceClass: "100", ',
  ],
  ['access logs with a base', { config: { base: '/img', stack: { accessLogs: true } } }, 'stack.accessLogs: true, '],
])('%s is refused in a sentence', (_, props, sentence) => {
  const stack = otherStack();
  expect(() => new ImageResizer(stack, 'Images', props)).toThrow(sentence);
});

test('an existing topic gets the alarms of its region, and each region needs one', () => {
  const stack = otherStack();
  const topicIn = (region: string) =>
    sns.Topic.fromTopicArn(stack, region, `arn:aws:sns:${region}:123456789012:operators`);
  const here = topicIn('us-east-1');
  const { alarms } = new ImageResizer(stack, 'Watched', { alarmTopic: here });
  expect(alarms.length).toBe(6);
  const actions = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm')).flatMap(
    ({ Properties }) => (Properties as { AlarmActions?: string[] }).AlarmActions ?? [],
  );
  expect(actions).toEqual(alarms.map(() => here.topicArn));
  const spread = { stack: { region: 'eu-west-1' } } as const;
  expect(() => new ImageResizer(stack, 'Spread', { ...spread, alarmTopic: here })).toThrow(
    'There are alarms in eu-west-1, and an alarm can only notify a topic of its own region.',
  );
  expect(() => new ImageResizer(stack, 'Both', { ...spread, alarmTopic: [here, topicIn('eu-west-1')] })).not.toThrow();
});

test('reading the originals is granted below the prefix', () => {
  const { stack, resizer } = within({ originals: { bucket: 'company-assets', prefix: 'public/' } });
  resizer.grantReadOriginals(new iam.Role(stack, 'Reader', { assumedBy: new iam.AccountRootPrincipal() }));
  const policies = JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  expect(policies).toMatch(/s3:GetObject\*.*company-assets\/public\/\*.*ReaderF/);
});

test('a nested stack is refused', () => {
  const nested = new NestedStack(otherStack(), 'Nested');
  expect(() => new ImageResizer(nested, 'Images', { config: configWith({}) })).toThrow('cannot be in a nested stack');
});

test('a name of the stack that makes the name of the log delivery too long is refused', () => {
  const stack = new Stack(new App(), 'W'.repeat(50), { env: US_EAST_1 });
  expect(() => new ImageResizer(stack, 'Images', { config: configWith({ accessLogs: true }) })).toThrow(
    /makes a delivery's name of 69 characters; CloudWatch Logs allows 60/,
  );
});

test('the stacks of other regions are deployed before its own and destroyed after, and share its tags', () => {
  const app = new App();
  const stack = new Stack(new Stage(app, 'Production'), 'Website', {
    env: US_EAST_1,
    tags: { team: 'web' },
    terminationProtection: true,
  });
  new ImageResizer(stack, 'Images', {
    config: configWith({ region: 'ca-central-1', originals: { bucket: 'a-bucket', region: 'eu-west-1' } }),
  });
  const [website, ...others] = app.synth().getNestedAssembly('assembly-Production').stacks.toReversed();
  expect(website!.stackName).toBe('Production-Website');
  expect(others.map(({ stackName }) => stackName).sort()).toEqual([
    'Production-Website-Images-ca-central-1',
    'Production-Website-Images-eu-west-1',
  ]);
  const before = website!.dependencies.map(({ id }) => id);
  for (const other of others) {
    expect(before).toContain(other.id);
    expect(other).toMatchObject({ tags: { team: 'web' }, terminationProtection: true });
  }
});

test('a name of the stack that makes names of buckets too long is refused', () => {
  const stack = new Stack(new App(), 'A-very-long-name-for-a-website-of-ours', { env: US_EAST_1 });
  expect(() => new ImageResizer(stack, 'Images', { config: configWith({ region: 'ap-southeast-1' }) })).toThrow(
    /S3 allows 63. Choose a shorter one/,
  );
});

test('a prefix too long for a custom header and for the keys below it is refused', () => {
  const prefix = `${'a'.repeat(512)}/`;
  expect(() => within({ originals: { bucket: 'company-assets', prefix } })).toThrow('expected string to have <=512');
});

test('originals in the bucket of the variants are refused, by the name that it is going to get', () => {
  const bucket = 'website-images-variants-123456789012-eu-west-1';
  expect(() => within({ region: 'eu-west-1', originals: { bucket } })).toThrow(
    `${bucket} is the bucket of the variants. Keep originals in a bucket of their own.`,
  );
});

test('originals in the bucket of the variants are refused, by the name that CloudFormation gave it', () => {
  const { resizer, stack } = within();
  const logicalId = stack.getLogicalId(resizer.variants.node.defaultChild as s3.CfnBucket).toLowerCase();
  const bucket = `website-${logicalId}-abc123def456`;
  expect(() => within({ originals: { bucket } })).toThrow(`${bucket} is the bucket of the variants.`);
});

test.each(['Timeout', 'Environment'])(
  'what an escape hatch does to the function at the edge is refused at synthesis: %s',
  (name) => expectRefused(name),
);
