import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock';
import type { Deployment, EventRule, LambdaDefinition, QueueDefinition } from '../deployment/deployment';
import type { Faults } from '../faults';
import type { LambdaFunction } from '../functions/function';
import { evaluate } from '../iam/evaluate';
import type { Identities } from '../iam/identities';
import { PersistentMap } from '../persistent-map';
import { type Pattern, bridgeEventOf, parsePattern } from './event-bridge';
import { Poller } from './poller';
import { type Depth, type Message, Queue } from './queue';
import { type StorageEvent, isSelected, notificationOf, testEventOf } from './s3-notification';
import { startSqs } from './sqs-server';

export interface EventsOptions {
  deployment: Deployment;
  /** Starts a function that a queue feeds; `sqsUrl` is where its requests to SQS have to go. Called once for each. */
  startFunction: (definition: LambdaDefinition, sqsUrl: string) => LambdaFunction;
  clock: Clock;
  /** `sqs:…` for the API, `lambda:Invoke` for what queues feed. */
  faults?: Faults;
  /** Who may sign requests to SQS. Without it, every request is the account's own. */
  identities?: Identities;
  /** Of how many receipts one leaves its message to be received again, though it is handled: 0, the default, for none. */
  duplicateEvery?: number;
  /** Folder in which the queues outlive the process; without it, they do not. */
  directory?: string;
  log: (line: string) => void;
}

/** The running queues, fed by the events of buckets, and the functions that the queues feed. */
export interface Events {
  /** Where SQS answers, without a slash at the end. */
  url: string;
  /** Delivers an event of a bucket to the queues that are configured for it. */
  onS3Event(event: StorageEvent): void;
  /** How many messages for functions the last run in the same folder has left. */
  keptMessages: number;
  /** Queues by name. */
  queues: ReadonlyMap<string, { definition: QueueDefinition; depth(): Depth; peek(): string[] }>;
  /**
   * Resolves once nothing is left to do before the clock moves on: no message that a function is fed from is visible,
   * in a batch or being handled. Delayed ones, and failed ones that wait for their next try, are left.
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
  const keptMaps: PersistentMap<Message>[] = [];
  for (const definition of deployment.queues) {
    const deadLetters = () => queues.get(definition.redrive?.deadLetterArn ?? '');
    const kept = directory === undefined ? undefined : await openKept(directory, definition.name);
    if (kept) keptMaps.push(kept);
    queues.set(definition.arn, new Queue(definition, clock, { deadLetters, duplicateEvery, kept }));
  }
  const feeding = new Set(deployment.eventSourceMappings.map(({ queueArn }) => queueArn));
  const keptMessages = [...queues]
    .filter(([arn]) => feeding.has(arn))
    .reduce((sum, [, queue]) => sum + queue.depth().visible, 0);
  const rules = deployment.rules.map((definition) => ({ definition, matches: readPattern(definition) }));
  const sqs = await startSqs({
    queues: [...queues.values()],
    account: deployment.account,
    clock,
    faults,
    identities,
    log,
  });
  const fed = new Set(deployment.eventSourceMappings.map(({ functionArn }) => functionArn));
  const functions = new Map(
    deployment.functions
      .filter(({ arn }) => fed.has(arn))
      .map((definition) => [definition.arn, options.startFunction(definition, sqs.url)]),
  );
  const idle = new Set<() => void>();
  const pollers = startPollers(options, queues, functions, () => {
    for (const resolve of idle) resolve();
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
      // What was just sent has to have reached its poller.
      await new Promise((resolve) => setImmediate(resolve));
      while (!isSettled()) {
        await new Promise<void>((resolve) => idle.add(resolve));
        idle.clear();
      }
    },
    close: async () => {
      for (const poller of pollers) poller.close();
      for (const queue of queues.values()) queue.close();
      await Promise.all([...functions.values()].map((lambda) => lambda.close()));
      await sqs.close();
      for (const kept of keptMaps) kept.close();
    },
  };
}

async function openKept(directory: string, name: string): Promise<PersistentMap<Message>> {
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

function readPattern({ stack, logicalId, pattern }: EventRule): Pattern {
  try {
    return parsePattern(pattern);
  } catch (error) {
    throw new Error(`${stack}/${logicalId}: ${(error as Error).message}`, { cause: error });
  }
}

/** Delivers events to the queues that the buckets' notifications and the rules name. */
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
      this.#send(queueArn, testEventOf(bucket, time), 's3.amazonaws.com', arnOfBucket(bucket));
    }
  }

  deliver(event: StorageEvent): void {
    const { notifications } = this.#deployment;
    const place = { account: this.#deployment.account, region: this.#regionOf(event.bucket) };
    for (const notification of notifications) {
      if (notification.bucket !== event.bucket || !isSelected(notification, event)) continue;
      const { queueArn } = notification;
      this.#send(queueArn, notificationOf(event, place), 's3.amazonaws.com', arnOfBucket(event.bucket));
    }
    if (!this.#isOnEventBridge(event.bucket)) return;
    const bridged = bridgeEventOf(event, place);
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

  /** The owner of a bucket that no stack creates switches EventBridge on by hand, so it is assumed to be on. */
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
