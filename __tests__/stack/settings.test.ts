import type { Template } from 'aws-cdk-lib/assertions';
import { type ResizerConfig, parseConfig } from '../../edge/config/schema';
import { only, synthesised } from './synthesised';

type StackSettings = ResizerConfig['stack'];

const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/0123-abcd';

describe('with every setting in its other state', () => {
  let template: Template;
  beforeAll(() => {
    const stacks = synthesised({
      stack: {
        name: 'Pictures',
        originals: {
          bucket: 'company-assets',
          prefix: 'public/images/',
          kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/k',
        },
        domains: {
          names: ['images.example.com', '*.images.example.com'],
          certificateArn: CERTIFICATE,
          hostedZone: { id: 'Z0123456789', name: 'example.com' },
        },
        rateLimit: 2_000,
        priceClass: '100',
        accessLogs: true,
        logDays: 7,
        alarmEmail: 'ops@example.com',
        variantDays: 90,
        keepVariants: true,
        memoryMb: 3_008,
      },
    });
    expect(Object.keys(stacks)).toEqual(['Pictures']);
    template = stacks['Pictures']!;
  });

  const distribution = () => only(template, 'AWS::CloudFront::Distribution')['DistributionConfig'];

  test('an existing bucket is read below its prefix, and neither created nor given a policy', () => {
    const policies = JSON.stringify(template.findResources('AWS::S3::BucketPolicy'));
    expect(policies).not.toContain('company-assets');
    const names = Object.values(template.findResources('AWS::S3::Bucket')).map(
      ({ Properties }) => Properties?.BucketName,
    );
    expect(names).not.toContain('company-assets');
    const roles = Object.values(template.findResources('AWS::IAM::Role'));
    const edge = roles.find(({ Properties }) => JSON.stringify(Properties).includes('edgelambda'))!;
    const statements = edge['Properties'].Policies.flatMap(({ PolicyDocument }: any) => PolicyDocument.Statement);
    const get = statements.find(({ Action }: any) => Action === 's3:GetObject');
    expect(JSON.stringify(get.Resource)).toContain(':s3:::company-assets/public/images/*"');
    expect(statements.find(({ Action }: any) => Action === 'kms:Decrypt').Resource).toBe(
      'arn:aws:kms:us-east-1:123456789012:key/k',
    );
  });

  test('the prefix travels to the function beside the bucket', () => {
    const headers = distribution().Origins[0].OriginCustomHeaders;
    expect(headers).toContainEqual({ HeaderName: 'x-resizer-originals-prefix', HeaderValue: 'public/images/' });
    expect(headers).toContainEqual({ HeaderName: 'x-resizer-originals-bucket', HeaderValue: 'company-assets' });
  });

  test('the domains are served with their certificate, TLS 1.2 and HSTS, and have records in the zone', () => {
    expect(distribution()).toMatchObject({
      Aliases: ['images.example.com', '*.images.example.com'],
      ViewerCertificate: {
        AcmCertificateArn: CERTIFICATE,
        MinimumProtocolVersion: 'TLSv1.2_2021',
        SslSupportMethod: 'sni-only',
      },
      PriceClass: 'PriceClass_100',
    });
    expect(only(template, 'AWS::CloudFront::Function')['FunctionCode']).toMatch(
      /strict-transport-security.{1,5}max-age=31536000/,
    );
    const records = Object.values(template.findResources('AWS::Route53::RecordSet')).map(
      ({ Properties }): string => `${Properties.Name} ${Properties.Type}`,
    );
    expect(records.sort()).toEqual([
      '*.images.example.com. A',
      '*.images.example.com. AAAA',
      'images.example.com. A',
      'images.example.com. AAAA',
    ]);
    expect(template.findOutputs('Url')['Url']!['Value']).toBe('https://images.example.com');
  });

  test('a web ACL bounds what one address may ask', () => {
    const acl = only(template, 'AWS::WAFv2::WebACL');
    expect(acl).toMatchObject({ Scope: 'CLOUDFRONT', DefaultAction: { Allow: {} } });
    expect(acl['Rules']).toMatchObject([
      { Action: { Block: {} }, Statement: { RateBasedStatement: { AggregateKeyType: 'IP', Limit: 2_000 } } },
    ]);
    expect(distribution().WebACLId).toEqual({ 'Fn::GetAtt': [expect.any(String), 'Arn'] });
  });

  test('access logs are delivered as logging v2 to a private bucket that forgets them in time', () => {
    expect(only(template, 'AWS::Logs::DeliverySource')['LogType']).toBe('ACCESS_LOGS');
    const { DestinationResourceArn, OutputFormat } = only(template, 'AWS::Logs::DeliveryDestination');
    expect(OutputFormat).toBe('json');
    const bucket = template.findResources('AWS::S3::Bucket')[DestinationResourceArn['Fn::GetAtt'][0]]!;
    expect(bucket['Properties']).toMatchObject({
      PublicAccessBlockConfiguration: { BlockPublicPolicy: true, RestrictPublicBuckets: true },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
    expect(bucket['Properties'].LifecycleConfiguration.Rules).toContainEqual({
      ExpirationInDays: 7,
      Status: 'Enabled',
    });
    only(template, 'AWS::Logs::Delivery');
  });

  test('log retention and memory are those of the settings', () => {
    const groups = Object.values(template.findResources('AWS::Logs::LogGroup'));
    expect(groups.map(({ Properties }) => Properties.RetentionInDays)).toEqual(groups.map(() => 7));
    const edge = Object.values(template.findResources('AWS::Lambda::Function', { Properties: { Timeout: 30 } }));
    expect(edge.map(({ Properties }) => Properties.MemorySize)).toContain(3_008);
  });

  test('variants expire in their bucket', () => {
    const rules = Object.values(template.findResources('AWS::S3::Bucket')).flatMap(
      ({ Properties }) => Properties.LifecycleConfiguration?.Rules ?? [],
    );
    expect(rules).toContainEqual({ ExpirationInDays: 90, Status: 'Enabled' });
  });

  test('variants are kept when the stack goes, and nothing empties their bucket', () => {
    const variants = Object.entries(template.findResources('AWS::S3::Bucket')).find(([id]) => id.includes('Variants'))!;
    expect(variants[1]).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
    expect(JSON.stringify(variants[1]['Properties'].Tags ?? [])).not.toContain('auto-delete');
    template.resourceCountIs('Custom::S3AutoDeleteObjects', 0);
  });

  test('whoever is named gets a mail from every alarm', () => {
    expect(only(template, 'AWS::SNS::Subscription')).toMatchObject({ Protocol: 'email', Endpoint: 'ops@example.com' });
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
    expect(alarms.length).toBeGreaterThanOrEqual(5);
    for (const { Properties } of alarms) expect(Properties.AlarmActions).toHaveLength(1);
    const policy = only(template, 'AWS::SNS::TopicPolicy')['PolicyDocument'];
    expect(policy.Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    );
  });
});

test('a web ACL of your own is taken as it is', () => {
  const webAclArn = 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/mine/0-1';
  const template = synthesised({ stack: { webAclArn } })['ImageResizer']!;
  template.resourceCountIs('AWS::WAFv2::WebACL', 0);
  expect(only(template, 'AWS::CloudFront::Distribution')['DistributionConfig'].WebACLId).toBe(webAclArn);
});

test.each<[string, StackSettings, string]>([
  ['name', { name: 'aws-images' }, 'stack.name: "aws-images", expected up to 24 letters'],
  ['originals.prefix', { originals: { bucket: 'company-assets', prefix: 'bücher/' } }, 'expected folders in ASCII'],
  ['originals.prefix', { originals: { bucket: 'company-assets', prefix: 'a\nb/' } }, 'expected folders in ASCII'],
  [
    'domains.names',
    { domains: { names: ['a.example.com', 'a.example.com'], certificateArn: CERTIFICATE } },
    'expected each entry only once',
  ],
  [
    'domains.names[0]',
    { domains: { names: ['d111.cloudfront.net'], certificateArn: CERTIFICATE } },
    'expected a domain name of your own',
  ],
  ['webAclArn', { webAclArn: 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/ junk' }, 'the ARN of a web ACL'],
])('%s that AWS would refuse is refused: %j', (field, stack, sentence) => {
  expect(() => parseConfig({ stack })).toThrow(`stack.${field}: `);
  expect(() => parseConfig({ stack })).toThrow(sentence);
});

test('a domain of a top level in another script is taken', () => {
  const names = ['images.xn--p1ai'];
  expect(parseConfig({ stack: { domains: { names, certificateArn: CERTIFICATE } } }).stack.domains!.names).toEqual(
    names,
  );
});
