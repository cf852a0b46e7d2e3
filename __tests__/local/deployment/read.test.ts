import { LAMBDA_EDGE } from '../../../edge/limits';
import type { Deployment } from '../../../local/src/deployment/deployment';
import { readDeployment } from '../../../local/src/deployment/read';
import { evaluate } from '../../../local/src/iam/evaluate';
import { synth } from './app';

describe('an app of one stack', () => {
  let deployment: Deployment;
  beforeAll(() => {
    deployment = readDeployment(synth());
  });

  const byId = <T extends { logicalId: string }>(list: T[], prefix: string): T =>
    list.find(({ logicalId }) => logicalId.startsWith(prefix))!;

  test('has its buckets, with versioning and the enabled lifecycle rules', () => {
    expect(deployment.buckets.map(({ versioned }) => versioned)).toEqual([true, false]);
    expect(byId(deployment.buckets, 'Variants').lifecycle).toEqual([{ ExpirationInDays: 30, Status: 'Enabled' }]);
  });

  test('lets CloudFront read the variants for this distribution only', () => {
    const variants = byId(deployment.buckets, 'Variants');
    const [distribution] = deployment.distributions;
    const ask = (sourceArn: string) =>
      evaluate(
        {
          principal: {
            kind: 'service',
            service: 'cloudfront.amazonaws.com',
            sourceArn,
            sourceAccount: deployment.account,
          },
          action: 's3:GetObject',
          resource: `${variants.arn}/a.jpg`,
        },
        variants.policy,
      ).allowed;
    expect(ask(distribution!.arn)).toBe(true);
    expect(ask(`${distribution!.arn}X`)).toBe(false);
  });

  test('has the functions and their roles, without providers of custom resources', () => {
    expect(deployment.functions.map(({ logicalId }) => logicalId.replace(/[0-9A-F]{8}$/, ''))).toEqual([
      'OriginResponse',
      'Refresh',
    ]);
    const refresh = byId(deployment.functions, 'Refresh');
    const [events] = deployment.eventSourceMappings;
    expect(refresh).toMatchObject({
      handler: 'index.handler',
      runtime: LAMBDA_EDGE.runtime,
      architecture: 'arm64',
      timeoutSeconds: 10,
      memoryMb: 128,
      environment: { VARIANTS: byId(deployment.buckets, 'Variants').name },
    });
    const queue = deployment.queues.find(({ arn }) => arn === events!.queueArn)!;
    expect(refresh.environment['QUEUE_URL']).toBe(queue.url);
  });

  test('allows a role what its policies allow, and nothing else', () => {
    const { roleArn } = byId(deployment.functions, 'OriginResponse');
    const { arn, statements } = deployment.roles.find((role) => role.arn === roleArn)!;
    const variants = byId(deployment.buckets, 'Variants').arn;
    const ask = (action: string, resource: string) =>
      evaluate({ principal: { kind: 'role', arn, statements }, action, resource }, []).allowed;
    expect(ask('s3:PutObject', `${variants}/a`)).toBe(true);
    expect(ask('s3:DeleteObject', `${variants}/a`)).toBe(false);
    expect(ask('logs:PutLogEvents', 'arn:aws:logs:us-east-1:123456789012:log-group:x')).toBe(true);
  });

  test('associates a numbered version of the edge function', () => {
    const [association] = deployment.distributions[0]!.config.DefaultCacheBehavior.LambdaFunctionAssociations!;
    const { versions, arn } = byId(deployment.functions, 'OriginResponse');
    expect(versions).toEqual([{ arn: `${arn}:1`, version: '1' }]);
    expect(association).toMatchObject({ EventType: 'origin-response', LambdaFunctionARN: `${arn}:1` });
  });

  test('has the distribution and all that its behavior names', () => {
    const { config } = deployment.distributions[0]!;
    const behavior = config.DefaultCacheBehavior;
    expect(deployment.cachePolicies.get(behavior.CachePolicyId!)).toMatchObject({ MinTTL: 0, MaxTTL: 31_536_000 });
    expect(deployment.responseHeadersPolicies.get(behavior.ResponseHeadersPolicyId!)).toMatchObject({
      SecurityHeadersConfig: { ContentTypeOptions: { Override: true } },
    });
    const variants = byId(deployment.buckets, 'Variants').name;
    expect(config.Origins[0]).toMatchObject({
      DomainName: `${variants}.s3.us-east-1.amazonaws.com`,
      OriginPath: '/0123abcd',
      OriginCustomHeaders: [{ HeaderName: 'x-variants-bucket', HeaderValue: variants }],
      OriginShield: { Enabled: true, OriginShieldRegion: 'us-east-1' },
    });
    expect(deployment.originAccessControls.get(config.Origins[0]!.OriginAccessControlId!)).toMatchObject({
      SigningBehavior: 'always',
    });
    expect(deployment.cloudFrontFunctions[0]!.code).toBe('function handler(event) { return event.request; }');
  });

  test("has the notifications that CDK's custom resource makes", () => {
    const bucket = byId(deployment.buckets, 'Originals').name;
    const queueArn = byId(deployment.queues, 'Events').arn;
    expect(deployment.notifications).toEqual([
      { bucket, queueArn, events: ['s3:ObjectCreated:*'], prefix: 'photos/', suffix: '' },
      { bucket, queueArn, events: ['s3:ObjectRemoved:*'], prefix: '', suffix: '' },
    ]);
  });

  test('has the event source mapping', () => {
    expect(deployment.eventSourceMappings).toEqual([
      expect.objectContaining({
        queueArn: byId(deployment.queues, 'Events').arn,
        functionArn: byId(deployment.functions, 'Refresh').arn,
        batchSize: 10,
        windowSeconds: 2,
        reportsBatchItemFailures: true,
        maximumConcurrency: 2,
      }),
    ]);
    expect(byId(deployment.queues, 'Events')).toMatchObject({
      visibilityTimeoutSeconds: 60,
      delaySeconds: 0,
      redrive: { deadLetterArn: byId(deployment.queues, 'Dead').arn, maxReceiveCount: 3 },
    });
  });
});

test('an app of two stacks has its buckets and queues in their region, and events through EventBridge', () => {
  const deployment = readDeployment(synth({ region: 'eu-central-1', eventBridge: true }));
  expect(deployment.buckets.map(({ name, region }) => [name, region])).toEqual([
    ['my-originals', 'eu-central-1'],
    ['my-variants', 'eu-central-1'],
  ]);
  expect(deployment.distributions[0]).toMatchObject({
    region: 'us-east-1',
    config: { Origins: [{ DomainName: 'my-variants.s3.eu-central-1.amazonaws.com' }] },
  });
  expect(deployment.eventBridgeBuckets).toEqual(['my-originals']);
  expect(deployment.rules).toEqual([
    expect.objectContaining({
      pattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created', 'Object Deleted'],
        detail: { bucket: { name: ['my-originals'] }, object: { key: [{ prefix: 'photos/' }] } },
      },
      queueArns: [deployment.eventSourceMappings[0]!.queueArn],
    }),
  ]);
  const regions = deployment.functions.map(({ region }) => region);
  expect(regions).toEqual(['us-east-1', 'eu-central-1']);
});

test('the stacks of a stage are read as well', () => {
  expect(readDeployment(synth({ stage: 'Production' })).distributions).toHaveLength(1);
});
