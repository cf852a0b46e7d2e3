import type { EventRule, EventSourceMapping, Queue } from './deployment';
import { ACCOUNT, PARTITION } from './names';
import type { Entry, Stacks } from './stacks';
import { readPolicies } from './storage';

interface QueueProperties {
  VisibilityTimeout?: number;
  DelaySeconds?: number;
  MessageRetentionPeriod?: number;
  RedrivePolicy?: { deadLetterTargetArn: string; maxReceiveCount: number };
  FifoQueue?: boolean;
}

interface MappingProperties {
  EventSourceArn: string;
  FunctionName: string;
  BatchSize?: number;
  MaximumBatchingWindowInSeconds?: number;
  FunctionResponseTypes?: string[];
  ScalingConfig?: { MaximumConcurrency?: number };
  Enabled?: boolean;
}

/** SQS Developer Guide: sqs-configure-queue-parameters. */
const QUEUE_DEFAULTS = { visibilityTimeout: 30, delay: 0, retention: 4 * 86_400 };

/** Lambda Developer Guide: services-sqs-configure. */
const MAPPING_DEFAULTS = { batchSize: 10, window: 0, concurrency: 1_000 };

/** The queues of all stacks. */
export function readQueues(stacks: Stacks): Queue[] {
  const policies = readPolicies(stacks, 'AWS::SQS::QueuePolicy', ({ Queues }) => Queues as string[]);
  return stacks.of('AWS::SQS::Queue').map((entry): Queue => {
    const properties = entry.properties() as QueueProperties;
    if (properties.FifoQueue) throw entry.error('S3 notifies no FIFO queue');
    const { RedrivePolicy } = properties;
    return {
      logicalId: entry.logicalId,
      stack: entry.stack,
      region: entry.region,
      name: entry.attribute('QueueName'),
      arn: entry.attribute('Arn'),
      url: entry.ref,
      visibilityTimeoutSeconds: properties.VisibilityTimeout ?? QUEUE_DEFAULTS.visibilityTimeout,
      delaySeconds: properties.DelaySeconds ?? QUEUE_DEFAULTS.delay,
      retentionSeconds: properties.MessageRetentionPeriod ?? QUEUE_DEFAULTS.retention,
      ...(RedrivePolicy && {
        redrive: {
          deadLetterArn: RedrivePolicy.deadLetterTargetArn,
          maxReceiveCount: RedrivePolicy.maxReceiveCount,
        },
      }),
      policy: policies.get(entry.ref) ?? [],
    };
  });
}

/** The event source mappings of all stacks that are enabled. */
export function readEventSourceMappings(stacks: Stacks): EventSourceMapping[] {
  return stacks
    .of('AWS::Lambda::EventSourceMapping')
    .filter((entry) => (entry.properties() as MappingProperties).Enabled !== false)
    .map((entry): EventSourceMapping => {
      const properties = entry.properties() as MappingProperties;
      if (!properties.EventSourceArn.startsWith(`arn:${PARTITION}:sqs:`)) {
        throw entry.error('a function can be fed from a queue here, and from nothing else');
      }
      return {
        logicalId: entry.logicalId,
        stack: entry.stack,
        region: entry.region,
        queueArn: properties.EventSourceArn,
        functionArn: functionArn(entry, properties.FunctionName),
        batchSize: properties.BatchSize ?? MAPPING_DEFAULTS.batchSize,
        windowSeconds: properties.MaximumBatchingWindowInSeconds ?? MAPPING_DEFAULTS.window,
        reportsBatchItemFailures: properties.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false,
        maximumConcurrency: properties.ScalingConfig?.MaximumConcurrency ?? MAPPING_DEFAULTS.concurrency,
      };
    });
}

function functionArn({ region }: Entry, nameOrArn: string): string {
  return nameOrArn.startsWith('arn:')
    ? nameOrArn
    : `arn:${PARTITION}:lambda:${region}:${ACCOUNT}:function:${nameOrArn}`;
}

interface RuleProperties {
  EventPattern?: Record<string, unknown>;
  State?: string;
  Targets?: { Arn: string }[];
}

/** The EventBridge rules that match events. Schedules are left out. */
export function readRules(stacks: Stacks): EventRule[] {
  return stacks.of('AWS::Events::Rule').flatMap((entry): EventRule[] => {
    const { EventPattern, State, Targets = [] } = entry.properties() as RuleProperties;
    if (!EventPattern || State === 'DISABLED') return [];
    return [
      {
        logicalId: entry.logicalId,
        stack: entry.stack,
        region: entry.region,
        name: entry.ref,
        arn: entry.attribute('Arn'),
        pattern: EventPattern,
        queueArns: Targets.map(({ Arn }) => Arn),
      },
    ];
  });
}
