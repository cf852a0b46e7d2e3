import type { Deployment, EventRule } from '../deployment/deployment';
import { evaluate } from '../iam/evaluate';
import { type Pattern, eventBridgeEventOf, parsePattern } from './event-bridge';
import type { Queue } from './queue';
import { type StorageEvent, matchesNotification, notificationOf, testNotificationOf } from './s3-notification';

interface Rule {
  definition: EventRule;
  matches: Pattern;
}

/** Delivers events to the queues of buckets' notifications and of rules. */
export class Delivery {
  readonly #deployment: Deployment;
  readonly #queues: ReadonlyMap<string, Queue>;
  readonly #rules: readonly Rule[];
  readonly #log: (line: string) => void;

  /** @throws Error of one line if a rule's pattern is not modelled */
  constructor(deployment: Deployment, queues: ReadonlyMap<string, Queue>, log: (line: string) => void) {
    this.#deployment = deployment;
    this.#queues = queues;
    this.#rules = deployment.rules.map((definition) => ({ definition, matches: parseRule(definition) }));
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

function parseRule({ stack, logicalId, pattern }: EventRule): Pattern {
  try {
    return parsePattern(pattern);
  } catch (error) {
    throw new Error(`${stack}/${logicalId}: ${(error as Error).message}`, { cause: error });
  }
}
