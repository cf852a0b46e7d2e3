import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SQSEvent } from 'aws-lambda';
import { LAMBDA_EDGE } from '../../../edge/limits';
import { Clock } from '../../../local/src/clock';
import type {
  Deployment,
  EventSourceMapping,
  LambdaDefinition,
  QueueDefinition,
} from '../../../local/src/deployment/deployment';
import { type Events, type EventsOptions, startEvents } from '../../../local/src/events/events';
import type { StorageEvent } from '../../../local/src/events/s3-notification';
import { startLambda } from '../../../local/src/functions/lambda';
import { parseStatements } from '../../../local/src/iam/policy';

const REGION = 'eu-central-1';
const ACCOUNT = '123456789012';

export const QUEUE_ARN = `arn:aws:sqs:${REGION}:${ACCOUNT}:events`;
const DEAD_ARN = `arn:aws:sqs:${REGION}:${ACCOUNT}:dead`;
const FUNCTION_ARN = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:refresh`;

/** Prints each event; fails messages that ask for it, in the way that they ask for. */
const HANDLER = `exports.handler = async (event) => {
  console.log(JSON.stringify(event));
  const bodies = event.Records.map(({ body }) => body);
  if (bodies.includes('throw')) throw new Error('no good');
  const answer = bodies.find((body) => body.startsWith('answer:'));
  if (answer) return JSON.parse(answer.slice(7));
  const failed = event.Records.filter(({ body }) => body.startsWith('fail'));
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
};`;

const deployed = (logicalId: string) => ({ logicalId, stack: 'Home', region: REGION });

export interface Setting {
  queue?: Partial<QueueDefinition>;
  mapping?: Partial<EventSourceMapping>;
  deployment?: Partial<Deployment>;
  options?: Partial<EventsOptions>;
  /** In place of the one above. */
  handler?: string;
  definition?: Partial<LambdaDefinition>;
}

/** Queue, dead-letter queue and function as a template connects them, all running. */
export interface Stage {
  clock: Clock;
  events: Events;
  lines: string[];
  /** The function's events. */
  invocations(): SQSEvent[];
  /** The bodies of its messages, in no order. */
  bodies(): string[];
  close(): Promise<void>;
}

const allowing = (service: string) =>
  parseStatements(
    [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sqs:SendMessage', Resource: QUEUE_ARN }],
    'policy',
  );

export function deploymentOf({ queue, mapping, deployment, definition }: Setting): Deployment {
  const assetDirectory = mkdtempSync(join(tmpdir(), 'asset-'));
  const base = { retentionSeconds: 345_600, delaySeconds: 0, visibilityTimeoutSeconds: 60 };
  return {
    subscriptions: [],
    notRun: [],
    account: ACCOUNT,
    buckets: [
      {
        ...deployed('Originals'),
        name: 'originals',
        arn: 'arn:aws:s3:::originals',
        policy: [],
        versioned: true,
        lifecycle: [],
      },
    ],
    notifications: [
      {
        bucket: 'originals',
        events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'],
        queueArn: QUEUE_ARN,
        prefix: '',
        suffix: '',
      },
    ],
    eventBridgeBuckets: [],
    roles: [],
    functions: [
      {
        ...deployed('Refresh'),
        name: 'refresh',
        arn: FUNCTION_ARN,
        runtime: LAMBDA_EDGE.runtime,
        handler: 'index.handler',
        assetDirectory,
        timeoutSeconds: 10,
        memoryMb: 256,
        architecture: 'arm64',
        environment: {},
        roleArn: `arn:aws:iam::${ACCOUNT}:role/refresh`,
        versions: [],
        ...definition,
      },
    ],
    cloudFrontFunctions: [],
    keyValueStores: [],
    keyGroups: new Map(),
    publicKeys: new Map(),
    distributions: [],
    cachePolicies: new Map(),
    responseHeadersPolicies: new Map(),
    originAccessControls: new Map(),
    queues: [
      {
        ...deployed('Dead'),
        ...base,
        name: 'dead',
        arn: DEAD_ARN,
        url: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/dead`,
        policy: [],
      },
      {
        ...deployed('Events'),
        ...base,
        name: 'events',
        arn: QUEUE_ARN,
        url: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/events`,
        redrive: { deadLetterArn: DEAD_ARN, maxReceiveCount: 3 },
        policy: [...allowing('s3.amazonaws.com'), ...allowing('events.amazonaws.com')],
        ...queue,
      },
    ],
    eventSourceMappings: [
      {
        ...deployed('Mapping'),
        queueArn: QUEUE_ARN,
        functionArn: FUNCTION_ARN,
        batchSize: 10,
        windowSeconds: 0,
        reportsBatchItemFailures: true,
        maximumConcurrency: 2,
        ...mapping,
      },
    ],
    rules: [],
    parameters: [],
    logGroups: [],
    outputs: {},
    ...deployment,
  };
}

export async function stage(setting: Setting = {}): Promise<Stage> {
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  const clock = setting.options?.clock ?? new Clock();
  const deployment = deploymentOf(setting);
  const [definition] = deployment.functions;
  writeFileSync(join(definition!.assetDirectory, 'index.js'), setting.handler ?? HANDLER);
  const credentials = { accessKeyId: 'AKIAREFRESH', secretAccessKey: 'secret', sessionToken: 'token' };
  const events = await startEvents({
    deployment,
    startFunction: (fed, sqs) =>
      startLambda({ definition: fed, credentials, endpoints: { sqs }, log, maxProcesses: 4 }),
    clock,
    log,
    ...setting.options,
  });
  const invocations = () =>
    lines.filter((line) => line.startsWith('refresh: {')).map((line) => JSON.parse(line.slice(9)) as SQSEvent);
  return {
    clock,
    events,
    lines,
    invocations,
    bodies: () => invocations().flatMap(({ Records }) => Records.map(({ body }) => body)),
    close: () => events.close(),
  };
}

/** An S3 event of the bucket `originals`. */
export const s3Event = (event: Partial<StorageEvent> = {}): StorageEvent => ({
  type: 'ObjectCreated:Put',
  bucket: 'originals',
  key: 'a.jpg',
  etag: '0123456789abcdef0123456789abcdef',
  size: 1234,
  sequencer: '0055AED6DCD90281E5',
  time: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  ...event,
});
