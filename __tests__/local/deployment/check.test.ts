import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CLOUDFRONT_FUNCTION,
  CUSTOM_HEADERS,
  EVENT_SOURCE_MAPPING,
  LAMBDA_EDGE,
  RESPONSE_HEADERS_POLICY,
  SQS,
} from '../../../edge/limits';
import type { Resource, Template } from '../../../local/src/deployment/assembly';
import { readDeployment } from '../../../local/src/deployment/read';
import { synth } from './app';

let assembly: string;
beforeAll(() => {
  assembly = synth();
});

type Properties = Record<string, unknown>;

/** The properties of the resource whose logical id has this prefix. */
function find(resources: Record<string, Resource>, prefix: string): Properties {
  const pattern = new RegExp(`^${prefix}[0-9A-F]{8}$`);
  const [, resource] = Object.entries(resources).find(([id]) => pattern.test(id) || id === prefix)!;
  resource.Properties ??= {};
  return resource.Properties;
}

/** Reads the app after a change to its template. */
function readChanged(change: (resources: Record<string, Resource>, folder: string) => void): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'changed-'));
  try {
    cpSync(assembly, folder, { recursive: true });
    const file = join(folder, 'Edge.template.json');
    const template = JSON.parse(readFileSync(file, 'utf8')) as Template;
    change(template.Resources!, folder);
    writeFileSync(file, JSON.stringify(template));
    return readDeployment(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const edge =
  (properties: Properties) =>
  (resources: Record<string, Resource>): void => {
    Object.assign(find(resources, 'OriginResponse'), properties);
  };

interface Config {
  Origins: { OriginCustomHeaders: { HeaderName: string; HeaderValue: unknown }[]; OriginAccessControlId: string }[];
  DefaultCacheBehavior: {
    TargetOriginId: string;
    CachePolicyId: unknown;
    ResponseHeadersPolicyId: unknown;
    LambdaFunctionAssociations: { EventType: string; LambdaFunctionARN: unknown }[];
    FunctionAssociations: { EventType: string; FunctionARN: unknown }[];
  };
}

const distribution =
  (change: (config: Config) => void) =>
  (resources: Record<string, Resource>): void =>
    change(find(resources, 'Distribution')['DistributionConfig'] as Config);

const headers = (list: [name: string, value: string][]) =>
  distribution(({ Origins }) => {
    Origins[0]!.OriginCustomHeaders = list.map(([HeaderName, HeaderValue]) => ({ HeaderName, HeaderValue }));
  });

const associated = (arn: string) =>
  distribution((config) => {
    config.DefaultCacheBehavior.LambdaFunctionAssociations[0]!.LambdaFunctionARN = arn;
  });

const mapping =
  (properties: Properties) =>
  (resources: Record<string, Resource>): void => {
    const [, found] = Object.entries(resources).find(([, { Type }]) => Type === 'AWS::Lambda::EventSourceMapping')!;
    Object.assign(found.Properties!, properties);
  };

const queue =
  (properties: Properties) =>
  (resources: Record<string, Resource>): void => {
    Object.assign(find(resources, 'Events'), properties);
  };

test('the unchanged app is accepted', () => {
  expect(() => readChanged(() => undefined)).not.toThrow();
});

describe('an edge function is refused for', () => {
  test.each([
    ['arm64', edge({ Architectures: ['arm64'] }), 'Lambda@Edge runs on x86_64 only, not on arm64'],
    [
      'a runtime that is not of the edge',
      edge({ Runtime: 'nodejs20.x' }),
      `Lambda@Edge takes ${LAMBDA_EDGE.runtime}, not nodejs20.x`,
    ],
    ['too long a timeout', edge({ Timeout: LAMBDA_EDGE.timeoutSeconds + 1 }), 'allows 30 s at origin events, not 31'],
    ['too much memory', edge({ MemorySize: LAMBDA_EDGE.maxMemoryMb + 1 }), 'allows 10240 MB of memory, not 10241'],
    [
      'a large /tmp',
      edge({ EphemeralStorage: { Size: LAMBDA_EDGE.ephemeralStorageMb + 1 } }),
      'allows 512 MB of /tmp, not 513',
    ],
    ['environment variables', edge({ Environment: { Variables: { A: 'b' } } }), 'has no environment variables'],
    ['layers', edge({ Layers: ['arn:aws:lambda:us-east-1:1:layer:x:1'] }), 'has no layers'],
    ['a VPC', edge({ VpcConfig: { SubnetIds: ['subnet-1'] } }), 'runs in no VPC'],
    ['tracing', edge({ TracingConfig: { Mode: 'Active' } }), 'has no X-Ray tracing'],
    ['a dead-letter queue', edge({ DeadLetterConfig: { TargetArn: 'arn' } }), 'has no dead-letter queue'],
    ['a container image', edge({ PackageType: 'Image' }), 'runs no container image'],
    ['a key of its own', edge({ KmsKeyArn: 'arn' }), 'has no key for environment variables'],
    ['$LATEST', associated('arn:aws:lambda:us-east-1:123456789012:function:fn:$LATEST'), 'is not a numbered version'],
    ['an alias', associated('arn:aws:lambda:us-east-1:123456789012:function:fn:live'), 'is not a numbered version'],
    ['no version at all', associated('arn:aws:lambda:us-east-1:123456789012:function:fn'), 'is not a numbered version'],
  ])('%s', (_, change, message) => {
    expect(() => readChanged(change)).toThrow(message);
  });

  test('another region than us-east-1', () => {
    expect(() =>
      readChanged((_, folder) => {
        const file = join(folder, 'manifest.json');
        writeFileSync(
          file,
          readFileSync(file, 'utf8').replaceAll('unknown-account/us-east-1', 'unknown-account/eu-west-1'),
        );
      }),
    ).toThrow('an edge function has to be in us-east-1, this one is in eu-west-1');
  });

  test('a role that the edge cannot assume', () => {
    const change = (resources: Record<string, Resource>) => {
      const role = find(resources, 'OriginResponseServiceRole');
      const document = role['AssumeRolePolicyDocument'] as { Statement: unknown[] };
      document.Statement = document.Statement.slice(0, 1);
    };
    expect(() => readChanged(change)).toThrow('its role does not trust edgelambda.amazonaws.com');
  });

  test('a package over the limit once it is zipped', () => {
    const change = (resources: Record<string, Resource>, folder: string) => {
      const { S3Key } = find(resources, 'OriginResponse')['Code'] as { S3Key: string };
      const noise = randomBytes(1_048_576);
      const bytes = Buffer.concat(Array.from({ length: LAMBDA_EDGE.packageBytes / noise.length }, () => noise));
      writeFileSync(join(folder, `asset.${S3Key.replace('.zip', '')}`, 'noise'), bytes);
    };
    expect(() => readChanged(change)).toThrow(/package is \d+ bytes zipped/);
  });

  test.each([
    ['a file that not everybody may read', 'index.js', 0o640],
    ['a folder that not everybody may enter', '.', 0o750],
  ])('%s, since Lambda could not read it', (_, name, mode) => {
    const change = (resources: Record<string, Resource>, folder: string) => {
      const { S3Key } = find(resources, 'OriginResponse')['Code'] as { S3Key: string };
      chmodSync(join(folder, `asset.${S3Key.replace('.zip', '')}`, name), mode);
    };
    expect(() => readChanged(change)).toThrow(
      `Lambda cannot read ${name}, whose mode is 0${mode.toString(8)} (EACCES)`,
    );
  });

  test('nothing that compresses well enough', () => {
    const change = (resources: Record<string, Resource>, folder: string) => {
      const { S3Key } = find(resources, 'OriginResponse')['Code'] as { S3Key: string };
      const zeros = Buffer.alloc(LAMBDA_EDGE.packageBytes + 1);
      writeFileSync(join(folder, `asset.${S3Key.replace('.zip', '')}`, 'zeros'), zeros);
    };
    expect(() => readChanged(change)).not.toThrow();
  });
});

describe('a CloudFront Function is refused for', () => {
  const viewer =
    (properties: Properties) =>
    (resources: Record<string, Resource>): void => {
      Object.assign(find(resources, 'ViewerRequest'), properties);
    };

  test.each([
    [
      'one byte too many',
      viewer({ FunctionCode: 'é'.repeat(CLOUDFRONT_FUNCTION.codeBytes / 2) + 'x' }),
      'the code is 10241 bytes',
    ],
    [
      'the old runtime',
      viewer({ FunctionConfig: { Runtime: 'cloudfront-js-1.0' } }),
      'the runtime is cloudfront-js-1.0',
    ],
  ])('%s', (_, change, message) => {
    expect(() => readChanged(change)).toThrow(message);
  });

  test('nothing at the limit', () => {
    expect(() => readChanged(viewer({ FunctionCode: 'x'.repeat(CLOUDFRONT_FUNCTION.codeBytes) }))).not.toThrow();
  });
});

test('a response headers policy is refused for too many headers', () => {
  const change = (resources: Record<string, Resource>) => {
    const [, found] = Object.entries(resources).find(([, { Type }]) => Type.endsWith('::ResponseHeadersPolicy'))!;
    const config = found.Properties!['ResponseHeadersPolicyConfig'] as Properties;
    config['CustomHeadersConfig'] = {
      Items: Array.from({ length: RESPONSE_HEADERS_POLICY.customHeaders + 1 }, (_, index) => ({
        Header: `x-${index}`,
        Value: 'v',
        Override: true,
      })),
    };
  };
  expect(() => readChanged(change)).toThrow('has 11 custom headers, at most 10 are allowed');
});

describe('a distribution is refused for', () => {
  const many = (count: number, characters: number): [string, string][] =>
    Array.from({ length: count }, (_, index) => [`x-${index}`, 'v'.repeat(characters)]);

  test.each([
    ['too many custom headers', headers(many(CUSTOM_HEADERS.count + 1, 1)), 'the origin has 31 custom headers'],
    ['a header of x-amz', headers([['X-Amz-Thing', 'v']]), 'may not begin with x-amz-'],
    ['too long a header', headers(many(1, CUSTOM_HEADERS.valueCharacters + 1)), 'has 1784 characters'],
    ['too long headers together', headers(many(7, 1_500)), 'at most 10240 are allowed'],
    [
      'an origin that is not there',
      distribution((config) => (config.DefaultCacheBehavior.TargetOriginId = 'nobody')),
      'there is no origin nobody',
    ],
    [
      'an origin access control that is not there',
      distribution((config) => (config.Origins[0]!.OriginAccessControlId = 'E123')),
      'there is no origin access control E123',
    ],
    [
      'a cache policy of nobody',
      distribution((config) => (config.DefaultCacheBehavior.CachePolicyId = 'some-id')),
      'the cache policy some-id is in no stack',
    ],
    [
      'a response headers policy of nobody',
      distribution((config) => (config.DefaultCacheBehavior.ResponseHeadersPolicyId = 'some-id')),
      'the response headers policy some-id is in no stack',
    ],
    [
      'a CloudFront Function at an origin event',
      distribution((config) => (config.DefaultCacheBehavior.FunctionAssociations[0]!.EventType = 'origin-request')),
      'no CloudFront Function runs at origin-request',
    ],
    [
      'a CloudFront Function that is not there',
      distribution((config) => (config.DefaultCacheBehavior.FunctionAssociations[0]!.FunctionARN = 'arn:none')),
      'there is no CloudFront Function arn:none',
    ],
    [
      'an event that does not exist',
      distribution((config) => (config.DefaultCacheBehavior.LambdaFunctionAssociations[0]!.EventType = 'origin')),
      'there is no event origin',
    ],
    [
      'both kinds of functions at viewer events',
      distribution(
        (config) => (config.DefaultCacheBehavior.LambdaFunctionAssociations[0]!.EventType = 'viewer-response'),
      ),
      'cannot share the viewer events',
    ],
  ])('%s', (_, change, message) => {
    expect(() => readChanged(change)).toThrow(message);
  });
});

describe('a queue and what it feeds are refused for', () => {
  test.each([
    ['too long a delay', queue({ DelaySeconds: SQS.delaySeconds + 1 }), 'the delay is 901 s'],
    ['too long a visibility timeout', queue({ VisibilityTimeout: SQS.visibilityTimeoutSeconds + 1 }), 'is 43201 s'],
    [
      'a visibility timeout below the function’s timeout',
      queue({ VisibilityTimeout: 9 }),
      "less than the function's timeout of 10 s",
    ],
    ['a FIFO queue', queue({ FifoQueue: true }), 'S3 cannot notify a FIFO queue'],
    [
      'a dead-letter queue of nobody',
      queue({ RedrivePolicy: { deadLetterTargetArn: 'arn:none', maxReceiveCount: 3 } }),
      'its dead-letter queue arn:none is in no stack',
    ],
    ['too large a batch', mapping({ BatchSize: EVENT_SOURCE_MAPPING.batchSize + 1 }), 'the batch size is 10001'],
    [
      'a large batch without a window',
      mapping({ BatchSize: 11, MaximumBatchingWindowInSeconds: 0 }),
      'needs a batching window',
    ],
    ['too long a window', mapping({ MaximumBatchingWindowInSeconds: 301 }), 'the batching window is 301 s'],
    ['a concurrency of one', mapping({ ScalingConfig: { MaximumConcurrency: 1 } }), 'the maximum concurrency is 1'],
  ])('%s', (_, change, message) => {
    expect(() => readChanged(change)).toThrow(message);
  });

  test.each(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'])('a role that lacks %s', (action) => {
    const change = (resources: Record<string, Resource>) => {
      const { PolicyDocument } = find(resources, 'RefreshServiceRoleDefaultPolicy');
      for (const statement of (PolicyDocument as { Statement: { Action: string | string[] }[] }).Statement) {
        statement.Action = [statement.Action].flat().filter((allowed) => allowed !== action);
      }
    };
    expect(() => readChanged(change)).toThrow(`is not authorized to perform ${action}`);
  });

  test('a queue policy that does not admit S3', () => {
    const change = (resources: Record<string, Resource>) => {
      const { PolicyDocument } = find(resources, 'EventsPolicy');
      const document = PolicyDocument as { Statement: unknown[] };
      document.Statement = document.Statement.slice(0, 1);
    };
    expect(() => readChanged(change)).toThrow('S3 is not authorized to perform sqs:SendMessage');
  });

  test('a queue in another region than the bucket that notifies it', () => {
    const split = synth({ region: 'eu-central-1' });
    const file = join(split, 'Home.template.json');
    const template = JSON.parse(readFileSync(file, 'utf8')) as Template;
    const custom = Object.values(template.Resources!).find(({ Type }) => Type === 'Custom::S3BucketNotifications')!;
    const configuration = custom.Properties!['NotificationConfiguration'] as { QueueConfigurations: object[] };
    const edgeFile = join(split, 'Edge.template.json');
    const edgeTemplate = JSON.parse(readFileSync(edgeFile, 'utf8')) as Template;
    edgeTemplate.Resources!['Far'] = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'far' } };
    configuration.QueueConfigurations = [
      { QueueArn: 'arn:aws:sqs:us-east-1:123456789012:far', Events: ['s3:ObjectCreated:*'] },
    ];
    writeFileSync(file, JSON.stringify(template));
    writeFileSync(edgeFile, JSON.stringify(edgeTemplate));
    expect(() => readDeployment(split)).toThrow('a bucket in eu-central-1 cannot notify a queue in us-east-1');
  });
});

test('a bucket that notifies a topic is refused', () => {
  const change = (resources: Record<string, Resource>) => {
    const configuration = find(resources, 'OriginalsNotifications')['NotificationConfiguration'] as object;
    Object.assign(configuration, { TopicConfigurations: [{ TopicArn: 'arn', Events: ['s3:ObjectCreated:*'] }] });
  };
  expect(() => readChanged(change)).toThrow('a bucket can notify a queue or EventBridge here');
});

test('a function whose code is not an asset is refused', () => {
  expect(() => readChanged(edge({ Code: { ZipFile: 'exports.handler = 1' } }))).toThrow(
    'the code of a function has to be an asset',
  );
});
