import { Match, Template } from 'aws-cdk-lib/assertions';
import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, readSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CLOUDFRONT_FUNCTION, CUSTOM_RESOURCE, LAMBDA, LAMBDA_EDGE } from '../../edge/limits';
import { NEW_GENERATION, longestCallMs } from '../../edge/new-generation/settings';
import { nodeFor } from '../../local/src/functions/node';

const out = process.env['CDK_OUT_WITHOUT_PLAN']!;
const template = Template.fromJSON(JSON.parse(readFileSync(join(out, 'ImageResizer.template.json'), 'utf8')));

const one = (type: string, matches: unknown = Match.anyValue()): Record<string, any> => {
  const found = Object.values(template.findResources(type, matches));
  expect(found).toHaveLength(1);
  return found[0]!['Properties'] as Record<string, any>;
};

test('both buckets are private, encrypted, owned by the account and reached by TLS only', () => {
  const buckets = Object.values(template.findResources('AWS::S3::Bucket'));
  expect(buckets).toHaveLength(2);
  for (const { Properties } of buckets) {
    expect(Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      BucketEncryption: expect.anything(),
    });
  }
  const denied = Object.values(template.findResources('AWS::S3::BucketPolicy')).map(({ Properties }) =>
    Properties.PolicyDocument.Statement.some(
      (statement: any) => statement.Effect === 'Deny' && statement.Condition?.Bool?.['aws:SecureTransport'] === 'false',
    ),
  );
  expect(denied).toEqual([true, true]);
});

test('originals are versioned and outlive the stack', () => {
  template.hasResource('AWS::S3::Bucket', {
    Properties: { VersioningConfiguration: { Status: 'Enabled' } },
    DeletionPolicy: 'RetainExceptOnCreate',
  });
});

test('only the distribution reads the variants, and no policy lets anybody near the originals', () => {
  const services = Object.values(template.findResources('AWS::S3::BucketPolicy')).flatMap(({ Properties }) =>
    Properties.PolicyDocument.Statement.filter(
      ({ Effect, Principal }: any) => Effect === 'Allow' && Principal.AWS === undefined,
    ).map(({ Principal, Action, Condition }: any) => [
      Principal.Service,
      Action,
      Object.keys(Condition?.StringEquals ?? Condition?.ArnLike ?? {}),
    ]),
  );
  expect(services).toEqual([['cloudfront.amazonaws.com', ['s3:GetObject', 's3:ListBucket'], ['AWS:SourceArn']]]);
});

test('nobody of the account is admitted to a bucket but what empties the variants when the stack goes', () => {
  const roles = Object.values(template.findResources('AWS::S3::BucketPolicy')).flatMap(({ Properties }) =>
    Properties.PolicyDocument.Statement.filter(
      ({ Effect, Principal }: any) => Effect === 'Allow' && Principal.AWS !== undefined,
    ).map(({ Principal }: any) => Principal.AWS['Fn::GetAtt'][0]),
  );
  expect(roles).toEqual([expect.stringContaining('CustomS3AutoDeleteObjects')]);
});

const roleOf = (mark: string): Record<string, any> =>
  Object.values(template.findResources('AWS::IAM::Role')).find(({ Properties }) =>
    JSON.stringify(Properties).includes(mark),
  )!['Properties'] as Record<string, any>;

test('the function may read and list originals, put, read and list variants and write its logs, and no more', () => {
  const role = roleOf('edgelambda.amazonaws.com');
  expect(role['ManagedPolicyArns']).toBeUndefined();
  const attached = Object.values(template.findResources('AWS::IAM::Policy'))
    .map(({ Properties }) => Properties)
    .filter(({ Roles }) => template.findResources('AWS::IAM::Role')[Roles[0].Ref]!['Properties'] === role);
  const actions = [...role['Policies'], ...attached].flatMap(({ PolicyDocument }: any) =>
    PolicyDocument.Statement.map(({ Action, Resource }: any) => [Action, JSON.stringify(Resource)]),
  ) as [string | string[], string][];
  expect(actions.flatMap(([action]) => action).sort()).toEqual([
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    's3:GetObject',
    's3:GetObject',
    's3:ListBucket',
    's3:ListBucket',
    's3:PutObject',
  ]);
  const ofVariants = actions.filter(([, resource]) => resource.includes('Variants')).flatMap(([action]) => action);
  expect(ofVariants.sort()).toEqual(['s3:GetObject', 's3:ListBucket', 's3:PutObject']);
  for (const [, resource] of actions) expect(resource).not.toBe('"*"');
  expect(role['AssumeRolePolicyDocument'].Statement.flatMap(({ Principal }: any) => Principal.Service).sort()).toEqual([
    'edgelambda.amazonaws.com',
    'lambda.amazonaws.com',
  ]);
});

test('the distribution asks for variants below the generation, through an Origin Shield, signed', () => {
  const { DistributionConfig } = one('AWS::CloudFront::Distribution');
  const [origin] = DistributionConfig.Origins;
  expect(DistributionConfig.Origins).toHaveLength(1);
  const generation = template.findOutputs('Generation')['Generation']!['Value'] as string;
  expect(generation).toMatch(/^[0-9a-f]{8}$/);
  expect(origin).toMatchObject({
    OriginPath: `/${generation}`,
    OriginShield: { Enabled: true, OriginShieldRegion: 'us-east-1' },
    OriginAccessControlId: expect.anything(),
  });
  expect(origin.OriginCustomHeaders.map(({ HeaderName }: any) => HeaderName).sort()).toEqual([
    'x-resizer-originals-bucket',
    'x-resizer-originals-region',
    'x-resizer-variants-bucket',
    'x-resizer-variants-region',
  ]);
  one('AWS::CloudFront::OriginAccessControl', {
    Properties: { OriginAccessControlConfig: { SigningBehavior: 'always', SigningProtocol: 'sigv4' } },
  });
});

test('only GET and HEAD are allowed, over HTTPS, and what a 5xx answers is kept by no cache', () => {
  const { DistributionConfig } = one('AWS::CloudFront::Distribution');
  expect(DistributionConfig.DefaultCacheBehavior).toMatchObject({
    AllowedMethods: ['GET', 'HEAD'],
    ViewerProtocolPolicy: 'redirect-to-https',
    Compress: false,
    FunctionAssociations: [{ EventType: 'viewer-request' }],
    LambdaFunctionAssociations: [{ EventType: 'origin-response' }],
  });
  expect(DistributionConfig.CustomErrorResponses).toEqual(
    [404, 500, 502, 503, 504].map((ErrorCode) => ({ ErrorCode, ErrorCachingMinTTL: 0 })),
  );
  expect(DistributionConfig).toMatchObject({
    HttpVersion: 'http2and3',
    IPV6Enabled: true,
    CacheTagConfig: { HeaderName: 'x-amz-meta-cache-tag' },
  });
});

test('the cache key is the path alone', () => {
  template.resourceCountIs('AWS::CloudFront::CachePolicy', 0);
  // CachingOptimizedForUncompressedObjects. DG: using-managed-cache-policies.
  expect(one('AWS::CloudFront::Distribution')['DistributionConfig'].DefaultCacheBehavior.CachePolicyId).toBe(
    'b2884449-e4de-46a7-ac36-70bc7f1ddd6d',
  );
});

test('viewers are told that answers depend on Accept, and no policy sets what any site may read', () => {
  const config = one('AWS::CloudFront::ResponseHeadersPolicy')['ResponseHeadersPolicyConfig'];
  expect(config.CustomHeadersConfig.Items).toContainEqual({ Header: 'vary', Value: 'Accept', Override: true });
  // It adds to requests with an Origin alone: the functions do it for all.
  expect(config.CorsConfig).toBeUndefined();
});

test('the viewer-request function stands in the template as code of the current runtime, within its limit', () => {
  const { FunctionCode, FunctionConfig } = one('AWS::CloudFront::Function');
  expect(FunctionConfig.Runtime).toBe('cloudfront-js-2.0');
  expect(typeof FunctionCode).toBe('string');
  expect(Buffer.byteLength(FunctionCode)).toBeLessThan(CLOUDFRONT_FUNCTION.codeBytes);
});

test('the origin-response function is what Lambda@Edge takes', () => {
  const properties = one('AWS::Lambda::Function', { Properties: { Timeout: 30 } });
  expect(properties).toMatchObject({ Architectures: ['x86_64'], MemorySize: 1769 });
  for (const name of ['Environment', 'Layers', 'VpcConfig', 'TracingConfig', 'DeadLetterConfig', 'EphemeralStorage']) {
    expect(properties[name]).toBeUndefined();
  }
});

test('the origin-response function logs where CloudFront runs it, and to no group of its home region', () => {
  expect(one('AWS::Lambda::Function', { Properties: { Timeout: 30 } })['LoggingConfig']).toBeUndefined();
  // One that is kept has a name that is taken when the stack is deployed again.
  for (const { DeletionPolicy } of Object.values(template.findResources('AWS::Logs::LogGroup'))) {
    expect(DeletionPolicy).toBe('Delete');
  }
});

test('the function and its versions outlive the stack, and the rollback of its first deploy', () => {
  const [[id, edge]] = Object.entries(
    template.findResources('AWS::Lambda::Function', { Properties: { Timeout: 30 } }),
  ) as [[string, Record<string, unknown>]];
  const versions = Object.values(
    template.findResources('AWS::Lambda::Version', { Properties: { FunctionName: { Ref: id } } }),
  );
  expect(versions).toHaveLength(1);
  for (const { DeletionPolicy, UpdateReplacePolicy } of [edge, ...versions] as Record<string, unknown>[]) {
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
  }
});

test('every function of this project runs on the one runtime', () => {
  const described = Object.values(template.findResources('AWS::Lambda::Function')).filter(
    // The CDK's own, which empties a bucket, has an expression for it.
    ({ Properties }) => typeof Properties.Description === 'string',
  );
  expect(described.map(({ Properties }): string => Properties.Runtime)).toEqual(
    Array.from({ length: 3 }, () => LAMBDA_EDGE.runtime),
  );
});

test('CloudFormation waits longer for the invalidation of a generation than its function tries', () => {
  const { ServiceToken, ServiceTimeout } = one('Custom::NewGeneration');
  const provider = template.findResources('AWS::Lambda::Function')[ServiceToken['Fn::GetAtt'][0]]!['Properties'];
  expect(longestCallMs(NEW_GENERATION)).toBeLessThan(provider.Timeout * 1_000);
  expect(provider.Timeout).toBeLessThanOrEqual(LAMBDA.timeoutSeconds);
  // Lambda calls once more, where a call died.
  expect(Number(ServiceTimeout)).toBeGreaterThan(2 * provider.Timeout);
  expect(Number(ServiceTimeout)).toBeLessThanOrEqual(CUSTOM_RESOURCE.serviceTimeoutSeconds);
});

describe('the asset of the origin-response function', () => {
  const asset = readdirSync(out)
    .filter((name) => name.startsWith('asset.'))
    .map((name) => join(out, name))
    .find((folder) => existsSync(join(folder, 'node_modules', 'sharp')))!;
  const files = readdirSync(asset, { recursive: true }) as string[];

  test('holds the linux-x64 build of sharp, whatever machine this is', () => {
    const binary = files.find((file) => file.endsWith('.node'))!;
    const header = Buffer.alloc(20);
    const descriptor = openSync(join(asset, binary), 'r');
    readSync(descriptor, header);
    closeSync(descriptor);
    expect(header.toString('latin1', 1, 4)).toBe('ELF');
    // 64 bit, little endian, x86-64. https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
    expect([header[4], header[5], header.readUInt16LE(18)]).toEqual([2, 1, 62]);
    expect(files.some((file) => /libvips-cpp\.so/.test(file))).toBe(true);
  });

  test('holds fonts of three families in four styles, their licences, and the settings that name them', () => {
    const fonts = files.filter((file) => file.startsWith('fonts/')).map((file) => file.slice('fonts/'.length));
    expect(fonts.filter((file) => file.endsWith('.ttf'))).toHaveLength(3 * 4);
    expect(fonts.filter((file) => file.endsWith('-license.txt'))).toHaveLength(3);
    expect(fonts).toContain('fonts.conf');
  });

  test('holds nothing that the function does not need', () => {
    expect(files.filter((file) => /\.(ts|map|md)$|musl|arm64|darwin|win32|__tests__/.test(file))).toEqual([]);
  });

  test('has a handler that answers by a promise, as Node 24 demands: it has no callback', () => {
    const script =
      "const { handler } = require('./index.js'); console.log(handler.constructor.name, handler.length < 3)";
    const { path } = nodeFor(LAMBDA_EDGE.runtime);
    expect(execFileSync(path, ['-e', script], { cwd: asset }).toString()).toBe('AsyncFunction true\n');
  });
});

test('an alarm goes off as soon as what was rendered could not be stored', () => {
  const alarm = one('AWS::CloudWatch::Alarm', { Properties: { MetricName: 'Answers' } });
  expect(alarm).toMatchObject({
    Namespace: 'ImageResizer',
    Threshold: 0,
    EvaluationPeriods: 1,
    Statistic: 'Sum',
    ComparisonOperator: 'GreaterThanThreshold',
    Dimensions: [
      { Name: 'FunctionName', Value: { Ref: expect.stringContaining('OriginResponse') } },
      { Name: 'Outcome', Value: 'unstored' },
    ],
  });
});

test('the outputs name the URL and the buckets', () => {
  expect(Object.keys(template.toJSON()['Outputs'])).toEqual(
    expect.arrayContaining(['Url', 'OriginalsBucket', 'VariantsBucket', 'Generation', 'VariantsPerOriginal']),
  );
});
