import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock';
import type { Deployment, LambdaDefinition, QueueDefinition } from '../deployment/deployment';
import type { Faults } from '../faults';
import type { LambdaFunction } from '../functions/function';
import type { Identities } from '../iam/identities';
import { PersistentMap } from '../persistent-map';
import { Delivery } from './delivery';
import { Poller } from './poller';
import { type Depth, type Message, Queue } from './queue';
import type { StorageEvent } from './s3-notification';
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
  const delivery = new Delivery(deployment, queues, log);
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
