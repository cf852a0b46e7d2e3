import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock';
import type { Deployment, EventRule, LambdaDefinition, QueueDefinition } from '../deployment/deployment';
import type { Faults } from '../faults';
import type { LambdaFunction } from '../functions/function';
import { evaluate } from '../iam/evaluate';
import type { Identities } from '../iam/identities';
import { PersistentMap } from '../persistent-map';
import { type Pattern, eventBridgeEventOf, parsePattern } from './event-bridge';
import { Poller } from './poller';
import { type Depth, type Message, Queue } from './queue';
import { type StorageEvent, matchesNotification, notificationOf, testNotificationOf } from './s3-notification';
import { startSqs } from './sqs-api';

export interface EventsOptions {
  deployment: Deployment;
  /** Called once for each function that a queue feeds. */
  startFunction: (definition: LambdaDefinition, sqsUrl: string) => LambdaFunction;
  clock: Clock;
  /** `sqs:…` for the API, `lambda:Invoke` for functions that queues feed. */
  faults?: Faults;
  /** Who may sign requests to SQS. Without it, every request has all permissions of the account. */
  identities?: Identities;
  /** Each time that this many messages were received, the last of them is delivered twice; 0, the default, for never. */
  duplicateEvery?: number;
  /** Folder for persistent queues; without it, messages are in memory only. */
  directory?: string;
  log: (line: string) => void;
}

/** The running queues, and the functions that they feed. */
export interface Events {
  /** SQS's URL, without a trailing slash. */
  url: string;
  /** Delivers a bucket's event to the queues of its notifications and rules. */
  onS3Event(event: StorageEvent): void;
  /** The number of messages for functions that an earlier run in the same folder left. */
  keptMessages: number;
  /** Queues by name. */
  queues: ReadonlyMap<string, { definition: QueueDefinition; depth(): Depth; peek(): string[] }>;
  /**
   * Resolves once there is nothing to do until the clock moves on: no message for a function is visible, in a batch or
   * being handled. Delayed messages and those that wait for a retry do not count.
   */
  settled(): Promise<void>;
  close(): Promise<void>;
}

interface Rule {
  definition: EventRule;
  matches: Pattern;
}

/**
 * Starts the queues and the event source mappings of a deployment.
 * @throws Error of one line if a rule's pattern is not modelled
 */
export async function startEvents(options: EventsOptions): Promise<Events> {
  const { deployment, clock, faults, identities, duplicateEvery = 0, directory, log } = options;
  const queues = new Map<string, Queue>();
  const persistentMaps: PersistentMap<Message>[] = [];
  for (const definition of deployment.queues) {
    const deadLetters = () => queues.get(definition.redrive?.deadLetterArn ?? '');
    const stored = directory === undefined ? undefined : await openMessages(directory, definition.name);
    if (stored) persistentMaps.push(stored);
    queues.set(definition.arn, new Queue(definition, clock, { deadLetters, duplicateEvery, stored }));
  }
  const eventSources = new Set(deployment.eventSourceMappings.map(({ queueArn }) => queueArn));
  const keptMessages = [...queues]
    .filter(([arn]) => eventSources.has(arn))
    .reduce((sum, [, queue]) => sum + queue.depth().visible, 0);
  const rules = deployment.rules.map((definition) => ({ definition, matches: parseRule(definition) }));
  const sqs = await startSqs({
    queues: [...queues.values()],
    account: deployment.account,
    clock,
    faults,
    identities,
    log,
  });
  const mapped = new Set(deployment.eventSourceMappings.map(({ functionArn }) => functionArn));
  const functions = new Map(
    deployment.functions
      .filter(({ arn }) => mapped.has(arn))
      .map((definition) => [definition.arn, options.startFunction(definition, sqs.url)]),
  );
  const waiting = new Set<() => void>();
  const pollers = startPollers(options, queues, functions, () => {
    for (const resolve of waiting) resolve();
  });
  const delivery = new Delivery(deployment, queues, rules, log);
  delivery.sendTestEvents(clock.now());
  const isSettled = () => pollers.every((poller) => poller.isIdle);
  return {
    url: sqs.url,
    keptMessages,
    onS3Event: (event) => delivery.deliver(event),
    queues: new Map([...queues.values()].map((queue) => [queue.definition.name, queue])),
    settled: async () => {
      // Pollers learn of new messages in a microtask.
      await new Promise((resolve) => setImmediate(resolve));
      while (!isSettled()) {
        await new Promise<void>((resolve) => waiting.add(resolve));
        waiting.clear();
      }
    },
    close: async () => {
      for (const poller of pollers) poller.close();
      for (const queue of queues.values()) queue.close();
      await Promise.all([...functions.values()].map((lambda) => lambda.close()));
      await sqs.close();
      for (const map of persistentMaps) map.close();
    },
  };
}

async function openMessages(directory: string, name: string): Promise<PersistentMap<Message>> {
  await mkdir(directory, { recursive: true });
  return PersistentMap.open<Message>(join(directory, `${name}.jsonl`), ({ id }) => id);
}

function startPollers(
  { deployment, clock, faults, log }: EventsOptions,
  queues: ReadonlyMap<string, Queue>,
  functions: ReadonlyMap<string, LambdaFunction>,
  onIdle: () => void,
): Poller[] {
  return deployment.eventSourceMappings.map((mapping) => {
    const queue = queues.get(mapping.queueArn)!;
    const lambda = functions.get(mapping.functionArn)!;
    return new Poller({ mapping, queue, lambda, clock, faults, log, onIdle });
  });
}

function parseRule({ stack, logicalId, pattern }: EventRule): Pattern {
  try {
    return parsePattern(pattern);
  } catch (error) {
    throw new Error(`${stack}/${logicalId}: ${(error as Error).message}`, { cause: error });
  }
}

/** Delivers events to the queues of buckets' notifications and of rules. */
class Delivery {
  readonly #deployment: Deployment;
  readonly #queues: ReadonlyMap<string, Queue>;
  readonly #rules: readonly Rule[];
  readonly #log: (line: string) => void;

  constructor(
    deployment: Deployment,
    queues: ReadonlyMap<string, Queue>,
    rules: readonly Rule[],
    log: (line: string) => void,
  ) {
    this.#deployment = deployment;
    this.#queues = queues;
    this.#rules = rules;
    this.#log = log;
  }

  sendTestEvents(time: number): void {
    for (const { bucket, queueArn } of this.#deployment.notifications) {
      this.#send(queueArn, testNotificationOf(bucket, time), 's3.amazonaws.com', arnOfBucket(bucket));
    }
  }

  deliver(event: StorageEvent): void {
    const { notifications } = this.#deployment;
    const location = { account: this.#deployment.account, region: this.#regionOf(event.bucket) };
    for (const notification of notifications) {
      if (notification.bucket !== event.bucket || !matchesNotification(notification, event)) continue;
      const { queueArn } = notification;
      this.#send(queueArn, notificationOf(event, location), 's3.amazonaws.com', arnOfBucket(event.bucket));
    }
    if (!this.#isOnEventBridge(event.bucket)) return;
    const bridged = eventBridgeEventOf(event, location);
    for (const { definition, matches } of this.#rules) {
      if (!matches(bridged)) continue;
      for (const queueArn of definition.queueArns) {
        this.#send(queueArn, JSON.stringify(bridged), 'events.amazonaws.com', definition.arn);
      }
    }
  }

  #send(queueArn: string, body: string, service: string, sourceArn: string): void {
    const queue = this.#queues.get(queueArn);
    if (!queue) return this.#log(`${sourceArn}: there is no queue ${queueArn} for its events`);
    const principal = { kind: 'service', service, sourceArn, sourceAccount: this.#deployment.account } as const;
    const request = { principal, action: 'sqs:SendMessage', resource: queueArn };
    const { allowed, reason } = evaluate(request, queue.definition.policy);
    if (allowed) queue.send(body, { senderId: service });
    else this.#log(`${service} for ${sourceArn} is not authorized to perform sqs:SendMessage on ${queueArn} ${reason}`);
  }

  /** It is assumed to be on for a bucket that no stack creates, since its owner turns it on by hand. */
  #isOnEventBridge(bucket: string): boolean {
    const { eventBridgeBuckets, buckets } = this.#deployment;
    return eventBridgeBuckets.includes(bucket) || !buckets.some(({ name }) => name === bucket);
  }

  #regionOf(bucket: string): string {
    const own = this.#deployment.buckets.find(({ name }) => name === bucket);
    return (own ?? this.#deployment.queues[0])?.region ?? 'us-east-1';
  }
}

const arnOfBucket = (bucket: string): string => `arn:aws:s3:::${bucket}`;
