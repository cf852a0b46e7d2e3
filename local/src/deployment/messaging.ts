import type { EventRule, EventSourceMapping, QueueDefinition } from './deployment';
import { ACCOUNT, PARTITION } from './names';
import { type Entry, type Stacks, identityOf } from './stacks';
import { readPolicies } from './buckets';

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

export function readQueues(stacks: Stacks): QueueDefinition[] {
  const policies = readPolicies(stacks, 'AWS::SQS::QueuePolicy', ({ Queues }) => Queues as string[]);
  return stacks.read('AWS::SQS::Queue', (entry): QueueDefinition => {
    const properties = entry.properties() as QueueProperties;
    if (properties.FifoQueue) throw entry.error('S3 cannot notify a FIFO queue');
    const { RedrivePolicy } = properties;
    return {
      ...identityOf(entry),
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

/** The enabled event source mappings. */
export function readEventSourceMappings(stacks: Stacks): EventSourceMapping[] {
  return stacks
    .read('AWS::Lambda::EventSourceMapping', (entry) => {
      const properties = entry.properties() as MappingProperties;
      return properties.Enabled === false ? [] : [readMapping(entry, properties)];
    })
    .flat()
    .filter(({ queueArn, functionArn: arn }) => !stacks.notRun.has(queueArn) && !stacks.notRun.has(arn));
}

function readMapping(entry: Entry, properties: MappingProperties): EventSourceMapping {
  if (!properties.EventSourceArn.startsWith(`arn:${PARTITION}:sqs:`)) {
    throw entry.error('a function can be fed only from a queue here');
  }
  return {
    ...identityOf(entry),
    queueArn: properties.EventSourceArn,
    functionArn: functionArn(entry, properties.FunctionName),
    batchSize: properties.BatchSize ?? MAPPING_DEFAULTS.batchSize,
    windowSeconds: properties.MaximumBatchingWindowInSeconds ?? MAPPING_DEFAULTS.window,
    reportsBatchItemFailures: properties.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false,
    maximumConcurrency: properties.ScalingConfig?.MaximumConcurrency ?? MAPPING_DEFAULTS.concurrency,
  };
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

/** The EventBridge rules that match events, without schedules and without those whose targets are not run here. */
export function readRules(stacks: Stacks): EventRule[] {
  return stacks
    .read('AWS::Events::Rule', (entry): EventRule[] => {
      const { EventPattern, State, Targets = [] } = entry.properties() as RuleProperties;
      const queueArns = Targets.map(({ Arn }) => Arn).filter((arn) => !stacks.notRun.has(arn));
      if (!EventPattern || State === 'DISABLED' || queueArns.length === 0) return [];
      return [
        {
          ...identityOf(entry),
          name: entry.ref,
          arn: entry.attribute('Arn'),
          pattern: EventPattern,
          queueArns,
        },
      ];
    })
    .flat();
}
