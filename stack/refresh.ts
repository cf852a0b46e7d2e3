import {
  Duration,
  Stack,
  aws_events as events,
  aws_events_targets as targets,
  aws_iam as iam,
  aws_lambda_event_sources as sources,
  aws_sqs as sqs,
} from 'aws-cdk-lib';
import type { aws_lambda as lambda, aws_logs as logs, aws_s3 as s3 } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Config } from '../edge/config/schema';
import { LAMBDA_EDGE } from '../edge/limits';
import { VARIABLES } from '../edge/refresh/variables';
import { refreshSettings } from '../edge/config/settings';
import type { Originals } from './buckets';
import { explain } from './nag';
import { RegionalFunction } from './regional-function';

export interface RefreshProps {
  config: Config;
  originals: Originals;
  variants: s3.IBucket;
  variantsRegion: string;
  /** Name of the parameter, in us-east-1, that tells of the distribution. */
  distributionParameter: string;
  /** What may be invalidated: the distribution, or all of the account where it is in a stack that comes later. */
  distributionArn: string;
  logRetention: logs.RetentionDays;
  /** Of function and queue, where another stack has to know it; otherwise CloudFormation makes names up. */
  name: string | undefined;
}

/** Long enough for a batch, and for the eager sizes of a few originals. */
const TIMEOUT = Duration.minutes(2);

/** So many messages are handled at once; a burst of uploads then costs one invalidation for so many. */
const BATCH_SIZE = 1_000;

/** Batches side by side. Each asks S3 for some thousand objects a second, and CloudFront takes few invalidations at once. */
const CONCURRENCY = 5;

/** With twice the time between tries each time, a message is given up after more than an hour. */
const TRIES = 10;

/** S3 User Guide: notification-how-to-event-types-and-destinations. */
const EVENTS = ['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:LifecycleExpiration:*'];

/** What keeps variants as fresh as their originals: the bucket's events, a queue, and the function that it feeds. */
export class Refresh extends Construct {
  readonly queue: sqs.Queue;
  readonly deadLetters: sqs.Queue;
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: RefreshProps) {
    super(scope, id);
    const { config, originals, variants, name } = props;
    const secret = { enforceSSL: true, encryption: sqs.QueueEncryption.SQS_MANAGED };
    this.deadLetters = new sqs.Queue(this, 'DeadLetters', {
      ...secret,
      ...(name && { queueName: `${name}-dead-letters` }),
      retentionPeriod: Duration.days(14),
    });
    explain(this.deadLetters, { 'AwsSolutions-SQS3': 'It is the dead-letter queue.' });
    this.queue = new sqs.Queue(this, 'Queue', {
      ...secret,
      ...(name && { queueName: name }),
      // Lambda Developer Guide: services-sqs-configure asks for six times the function's timeout, and the window.
      visibilityTimeout: Duration.seconds(6 * TIMEOUT.toSeconds() + config.refresh.windowSeconds),
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
        [VARIABLES.variantsRegion]: props.variantsRegion,
        [VARIABLES.queueUrl]: this.queue.queueUrl,
        [VARIABLES.distributionParameter]: props.distributionParameter,
      },
      statements: this.statements(props),
      logRetention: props.logRetention,
    });
    this.function.addEventSource(
      new sources.SqsEventSource(this.queue, {
        batchSize: BATCH_SIZE,
        maxBatchingWindow: Duration.seconds(config.refresh.windowSeconds),
        reportBatchItemFailures: true,
        maxConcurrency: CONCURRENCY,
      }),
    );
    this.listenTo(originals);
  }

  private statements({ originals, variants, distributionParameter, distributionArn }: RefreshProps) {
    const { partition, account } = Stack.of(this);
    const { bucket, prefix } = originals;
    const allow = (actions: string[], resource: string) => new iam.PolicyStatement({ actions, resources: [resource] });
    return [
      allow(['s3:GetObject'], bucket.arnForObjects(`${prefix}*`)),
      // Without it S3 would answer 403 for an original that is gone.
      allow(['s3:ListBucket'], bucket.bucketArn),
      ...(bucket.encryptionKey ? [allow(['kms:Decrypt'], bucket.encryptionKey.keyArn)] : []),
      allow(['s3:ListBucket'], variants.bucketArn),
      allow(['s3:GetObject', 's3:DeleteObject'], variants.arnForObjects('*')),
      allow(['sqs:SendMessage', 'sqs:ChangeMessageVisibility'], this.queue.queueArn),
      allow(
        ['ssm:GetParameter'],
        `arn:${partition}:ssm:${LAMBDA_EDGE.region}:${account}:parameter${distributionParameter}`,
      ),
      allow(['cloudfront:CreateInvalidation', 'cloudfront:GetInvalidation'], distributionArn),
    ];
  }

  /** By its notifications, where the bucket is ours; by EventBridge else: notifications are replaced as a whole. */
  private listenTo({ bucket, prefix, ours }: Originals): void {
    if (ours) {
      this.beNotifiedBy(bucket.node.defaultChild as s3.CfnBucket);
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

  /** As a property of the bucket: the CDK's own way is one more function, which may change any bucket. */
  private beNotifiedBy(bucket: s3.CfnBucket): void {
    const { account } = Stack.of(this);
    // S3 checks that it may send when the bucket is made, so this cannot name the bucket.
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
