import {
  Duration,
  Stack,
  type aws_cloudfront as cloudfront,
  aws_events as events,
  aws_events_targets as targets,
  aws_iam as iam,
  type aws_lambda as lambda,
  aws_lambda_event_sources as sources,
  type aws_s3 as s3,
  aws_sqs as sqs,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { eagerKeyOf } from '../edge/config/private';
import type { Config } from '../edge/config/schema';
import { LAMBDA_EDGE } from '../edge/limits';
import { VARIABLES } from '../edge/refresh/variables';
import { refreshSettings, refreshWindowSeconds } from '../edge/config/settings';
import type { Originals } from './buckets';
import { RegionalFunction, allow } from './regional-function';
import { acknowledge } from './nag';
import { distributionArn } from './names';
import type { Places } from './places';

interface RefreshProps {
  config: Config;
  places: Places;
  distribution: cloudfront.IDistribution;
  /** Name of the parameter, in us-east-1, that holds the id of the distribution. */
  distributionParameter: string;
}

/** Long enough for a batch, and for the eager sizes of a few originals. */
const TIMEOUT = Duration.minutes(2);

/** Messages of one call. The larger the batch, the fewer invalidations a burst of uploads costs. */
const BATCH_SIZE = 1_000;

/** Concurrent calls. Each makes some thousand requests to S3 a second, and CloudFront takes few invalidations at once. */
const CONCURRENCY = 5;

/** The time between tries doubles, so a message is given up after more than an hour. */
const TRIES = 10;

/** S3 User Guide: notification-how-to-event-types-and-destinations. */
const EVENTS = ['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:LifecycleExpiration:*'];

/** Keeps variants as fresh as their originals: the bucket's events go into a queue, which triggers a function. */
export class Refresh extends Construct {
  readonly queue: sqs.Queue;
  readonly deadLetters: sqs.Queue;
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: RefreshProps) {
    super(scope, id);
    const { config, places } = props;
    const { regionalOriginals: originals, regionalVariants: variants, regions } = places;
    const window = refreshWindowSeconds(config);
    const name = places.nameOf('refresh');
    const encrypted = { enforceSSL: true, encryption: sqs.QueueEncryption.SQS_MANAGED };
    this.deadLetters = new sqs.Queue(this, 'DeadLetters', {
      ...encrypted,
      ...(name && { queueName: `${name}-dead-letters` }),
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this.deadLetters, { 'AwsSolutions-SQS3': 'It is the dead-letter queue.' });
    this.queue = new sqs.Queue(this, 'Queue', {
      ...encrypted,
      ...(name && { queueName: name }),
      // Lambda Developer Guide: services-sqs-configure asks for six times the function's timeout, and the window.
      visibilityTimeout: Duration.seconds(6 * TIMEOUT.toSeconds() + window),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: TRIES },
    });
    this.function = new RegionalFunction(this, 'Function', {
      code: 'refresh',
      ...(name && { functionName: name }),
      settings: refreshSettings(config),
      description: 'Deletes and invalidates variants of originals that have changed',
      memorySize: 512,
      timeout: TIMEOUT,
      environment: {
        [VARIABLES.originalsBucket]: originals.bucket.bucketName,
        [VARIABLES.originalsPrefix]: originals.prefix,
        [VARIABLES.variantsBucket]: variants.bucketName,
        [VARIABLES.variantsRegion]: regions.variants,
        [VARIABLES.queueUrl]: this.queue.queueUrl,
        [VARIABLES.distributionParameter]: props.distributionParameter,
      },
      statements: this.statements(props),
      logDays: config.stack.logDays,
    });
    this.function.addEventSource(
      new sources.SqsEventSource(this.queue, {
        batchSize: BATCH_SIZE,
        maxBatchingWindow: Duration.seconds(window),
        reportBatchItemFailures: true,
        maxConcurrency: CONCURRENCY,
      }),
    );
    this.listenTo(originals);
  }

  private statements({ config, places, distribution, distributionParameter }: RefreshProps): iam.PolicyStatement[] {
    const { partition, account } = Stack.of(this);
    const eagerKey = eagerKeyOf(config);
    const readParameter = (name: string) =>
      allow(['ssm:GetParameter'], `arn:${partition}:ssm:${LAMBDA_EDGE.region}:${account}:parameter${name}`);
    const { regionalOriginals, regionalVariants: variants } = places;
    const { bucket, prefix } = regionalOriginals;
    // A distribution that is deployed after this stack cannot be named here.
    const distributionId = places.isMultiRegion ? '*' : distribution.distributionId;
    return [
      allow(['s3:GetObject'], bucket.arnForObjects(`${prefix}*`)),
      // Without it S3 would answer 403 for an original that is gone.
      allow(['s3:ListBucket'], bucket.bucketArn),
      ...(bucket.encryptionKey ? [allow(['kms:Decrypt'], bucket.encryptionKey.keyArn)] : []),
      allow(['s3:ListBucket'], variants.bucketArn),
      allow(['s3:GetObject', 's3:DeleteObject'], variants.arnForObjects('*')),
      allow(['sqs:SendMessage', 'sqs:ChangeMessageVisibility'], this.queue.queueArn),
      readParameter(distributionParameter),
      // The key aws/ssm, which decrypts it, is for whoever may read it. Systems Manager User Guide:
      // secure-string-parameter-kms-encryption
      ...(eagerKey ? [readParameter(eagerKey.parameter)] : []),
      allow(['cloudfront:CreateInvalidation', 'cloudfront:GetInvalidation'], distributionArn(this, distributionId)),
    ];
  }

  /** EventBridge for an existing bucket: its notifications can only be replaced as a whole. */
  private listenTo({ bucket, prefix, created }: Originals): void {
    if (created) {
      this.notifyQueue(created);
      return;
    }
    new events.Rule(this, 'Changes', {
      description: 'Objects created and deleted below the prefix of the originals',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created', 'Object Deleted'],
        detail: {
          bucket: { name: [bucket.bucketName] },
          ...(prefix && { object: { key: [{ prefix }] } }),
        },
      },
      targets: [new targets.SqsQueue(this.queue)],
    });
  }

  /** As a property of the bucket: the CDK's own way adds a function that may change the notifications of any bucket. */
  private notifyQueue(bucket: s3.CfnBucket): void {
    const { account } = Stack.of(this);
    // S3 checks the permission when it creates the bucket, so the policy comes first and cannot name the bucket.
    const { policyDependable } = this.queue.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('s3.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.queue.queueArn],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
    bucket.node.addDependency(policyDependable!);
    bucket.notificationConfiguration = {
      queueConfigurations: EVENTS.map((event) => ({ event, queue: this.queue.queueArn })),
    };
  }
}
