import { App, Duration, RemovalPolicy, Stack, Stage } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sources from 'aws-cdk-lib/aws-lambda-event-sources';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as notifications from 'aws-cdk-lib/aws-s3-notifications';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STAGED } from '../../stack/assets';
import { RUNTIME } from '../../../stack/regional-function';

/** How a test's app differs from the default. */
export interface AppOptions {
  /** The region of a second stack with the buckets, the queue and the refresh function. */
  region?: string;
  /** Whether events come through EventBridge rather than by notification. */
  eventBridge?: boolean;
  /** Puts the stacks into a stage of this name. */
  stage?: string;
}

const HANDLER = 'exports.handler = async (event) => event;';

/** A folder that holds the code of a function. */
export function asset(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'asset-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** Synthesises a small app with the product's structure. @returns the folder of its cloud assembly */
export function synth({ region = 'us-east-1', eventBridge = false, stage }: AppOptions = {}): string {
  const outdir = mkdtempSync(join(tmpdir(), 'cdk-out-'));
  const app = new App({ ...STAGED, outdir, analyticsReporting: false });
  const split = region !== 'us-east-1';
  const scope = stage === undefined ? app : new Stage(app, stage);
  const edge = new Stack(scope, 'Edge', { env: { region: 'us-east-1' } });
  const home = split ? new Stack(scope, 'Home', { env: { region } }) : edge;

  const originals = new s3.Bucket(home, 'Originals', {
    ...(split && { bucketName: 'my-originals' }),
    versioned: true,
    eventBridgeEnabled: eventBridge,
    enforceSSL: true,
  });
  const variantsName = split ? 'my-variants' : undefined;
  const variants = new s3.Bucket(home, 'Variants', {
    ...(variantsName && { bucketName: variantsName }),
    removalPolicy: RemovalPolicy.DESTROY,
    autoDeleteObjects: true,
    lifecycleRules: [{ expiration: Duration.days(30) }],
  });
  const variantsInEdge = split
    ? s3.Bucket.fromBucketAttributes(edge, 'VariantsHere', { bucketName: variantsName!, region })
    : variants;

  const edgeFunction = new lambda.Function(edge, 'OriginResponse', {
    runtime: RUNTIME,
    handler: 'index.handler',
    code: lambda.Code.fromAsset(asset({ 'index.js': HANDLER })),
    memorySize: 1769,
    timeout: Duration.seconds(30),
  });
  variantsInEdge.grantPut(edgeFunction);

  const viewerRequest = new cloudfront.Function(edge, 'ViewerRequest', {
    code: cloudfront.FunctionCode.fromInline('function handler(event) { return event.request; }'),
    runtime: cloudfront.FunctionRuntime.JS_2_0,
  });

  // oxlint-disable-next-line no-new -- constructs register themselves
  new cloudfront.Distribution(edge, 'Distribution', {
    defaultBehavior: {
      origin: origins.S3BucketOrigin.withOriginAccessControl(variantsInEdge, {
        originPath: '/0123abcd',
        originAccessLevels: [cloudfront.AccessLevel.READ, cloudfront.AccessLevel.LIST],
        originShieldRegion: region,
        customHeaders: { 'x-variants-bucket': variantsInEdge.bucketName },
      }),
      cachePolicy: new cloudfront.CachePolicy(edge, 'Cache', { minTtl: Duration.seconds(0) }),
      responseHeadersPolicy: new cloudfront.ResponseHeadersPolicy(edge, 'Headers', {
        securityHeadersBehavior: { contentTypeOptions: { override: true } },
      }),
      edgeLambdas: [
        {
          eventType: cloudfront.LambdaEdgeEventType.ORIGIN_RESPONSE,
          functionVersion: edgeFunction.currentVersion,
        },
      ],
      functionAssociations: [{ eventType: cloudfront.FunctionEventType.VIEWER_REQUEST, function: viewerRequest }],
    },
  });

  const dead = new sqs.Queue(home, 'Dead');
  const queue = new sqs.Queue(home, 'Events', {
    visibilityTimeout: Duration.seconds(60),
    deadLetterQueue: { queue: dead, maxReceiveCount: 3 },
    enforceSSL: true,
  });
  const refresh = new lambda.Function(home, 'Refresh', {
    runtime: RUNTIME,
    architecture: lambda.Architecture.ARM_64,
    handler: 'index.handler',
    code: lambda.Code.fromAsset(asset({ 'index.js': `${HANDLER}\n// refresh` })),
    environment: { QUEUE_URL: queue.queueUrl, VARIANTS: variants.bucketName },
    timeout: Duration.seconds(10),
  });
  queue.grantSendMessages(refresh);
  variants.grantDelete(refresh);
  refresh.addEventSource(
    new sources.SqsEventSource(queue, {
      batchSize: 10,
      maxBatchingWindow: Duration.seconds(2),
      reportBatchItemFailures: true,
      maxConcurrency: 2,
    }),
  );
  if (eventBridge) {
    const rule = new events.Rule(home, 'Rule', {
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created', 'Object Deleted'],
        detail: { bucket: { name: [originals.bucketName] }, object: { key: [{ prefix: 'photos/' }] } },
      },
    });
    rule.addTarget(new targets.SqsQueue(queue));
  } else {
    originals.addEventNotification(s3.EventType.OBJECT_CREATED, new notifications.SqsDestination(queue), {
      prefix: 'photos/',
    });
    originals.addEventNotification(s3.EventType.OBJECT_REMOVED, new notifications.SqsDestination(queue));
  }
  app.synth();
  return outdir;
}
