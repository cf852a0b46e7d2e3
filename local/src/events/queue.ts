import { createHash, randomUUID } from 'node:crypto';
import type { Clock } from '../clock';
import type { QueueDefinition } from '../deployment/deployment';
import type { PersistentMap } from '../persistent-map';

/** A message as its queue keeps it. Times are milliseconds since the epoch. */
export interface Message {
  id: string;
  body: string;
  sentAt: number;
  senderId: string;
  /** When it can be received (again). */
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt?: number;
  /** That of the latest receipt: an older one deletes nothing. */
  receiptHandle?: string;
}

export interface ReceivedMessage {
  messageId: string;
  receiptHandle: string;
  body: string;
  md5OfBody: string;
  receiveCount: number;
  sentAt: number;
  firstReceivedAt: number;
  senderId: string;
}

/** How many messages a queue holds, as GetQueueAttributes tells them apart. */
export interface Depth {
  visible: number;
  inFlight: number;
  delayed: number;
}

export interface SendOptions {
  /** In place of the queue's own delay. */
  delaySeconds?: number;
  senderId: string;
}

/** Messages are picked from this many of the oldest, so that nobody can rely on their order. */
const DISORDER = 8;

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

export interface QueueOptions {
  deadLetters: () => Queue | undefined;
  /** After each run of this many receipts, one message stays in the queue as if nobody had received it; 0 for never. */
  duplicateEvery: number;
  /** Where messages outlive the process; without it, they do not. */
  kept?: PersistentMap<Message> | undefined;
}

/** A standard queue: at least once, in no order. SQS Developer Guide: standard-queues. */
export class Queue {
  readonly definition: QueueDefinition;
  readonly #clock: Clock;
  readonly #deadLetters: () => Queue | undefined;
  readonly #duplicateEvery: number;
  readonly #kept: PersistentMap<Message> | undefined;
  /** Ready to be received. */
  #visible: Message[] = [];
  /** Delayed or received, by the time at which they become visible. */
  #hidden: Message[] = [];
  #receipts = 0;
  #timer: { cancel(): void } | undefined;
  readonly #listeners = new Set<() => void>();
  #isWaking = false;

  /** Messages that were kept are all visible: who had received them, or what they waited for, ended with the process. */
  constructor(definition: QueueDefinition, clock: Clock, { deadLetters, duplicateEvery, kept }: QueueOptions) {
    this.definition = definition;
    this.#clock = clock;
    this.#deadLetters = deadLetters;
    this.#duplicateEvery = duplicateEvery;
    this.#kept = kept;
    for (const { receiptHandle: _, ...message } of kept?.values() ?? [])
      this.#visible.push({ ...message, visibleAt: 0 });
  }

  /** Puts a message into the queue and returns its id. */
  send(body: string, { delaySeconds = this.definition.delaySeconds, senderId }: SendOptions): string {
    const now = this.#clock.now();
    const id = randomUUID();
    this.#put({ id, body, sentAt: now, senderId, visibleAt: now + delaySeconds * 1_000, receiveCount: 0 });
    return id;
  }

  /** Takes up to `count` visible messages, which nobody else receives for the visibility timeout. */
  receive(count: number, visibilitySeconds = this.definition.visibilityTimeoutSeconds): ReceivedMessage[] {
    const received: ReceivedMessage[] = [];
    while (received.length < count && this.#visible.length > 0) {
      const [message] = this.#visible.splice((this.#receipts * 5) % Math.min(DISORDER, this.#visible.length), 1);
      if (this.#isPastUse(message!)) this.#kept?.delete(message!.id);
      else received.push(this.#handOut(message!, visibilitySeconds));
    }
    return received;
  }

  /** Deletes a message. @returns false if there is none with this receipt, as after a later one */
  delete(receiptHandle: string): boolean {
    const message = this.#takeInFlight(receiptHandle);
    if (message) this.#kept?.delete(message.id);
    return message !== undefined;
  }

  /** Whether there was a message in flight with this receipt. */
  changeVisibility(receiptHandle: string, seconds: number): boolean {
    const message = this.#takeInFlight(receiptHandle);
    if (!message) return false;
    message.visibleAt = this.#clock.now() + seconds * 1_000;
    this.#put(message);
    return true;
  }

  depth(): Depth {
    const delayed = this.#hidden.filter(({ receiveCount }) => receiveCount === 0).length;
    return { visible: this.#visible.length, inFlight: this.#hidden.length - delayed, delayed };
  }

  /** Bodies of what is visible, oldest first, as a person would look into a dead-letter queue. */
  peek(): string[] {
    return this.#visible.map(({ body }) => body);
  }

  /** Calls `listener` whenever a message has become visible, and soon if one is. Returns what ends that. */
  onVisible(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (this.#visible.length > 0) this.#wake();
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#timer?.cancel();
    this.#listeners.clear();
  }

  #takeInFlight(receiptHandle: string): Message | undefined {
    // What was received lately is near the end.
    const at = this.#hidden.findLastIndex((message) => message.receiptHandle === receiptHandle);
    return at < 0 ? undefined : this.#hidden.splice(at, 1)[0];
  }

  #handOut(message: Message, visibilitySeconds: number): ReceivedMessage {
    const now = this.#clock.now();
    const receiptHandle = randomUUID();
    message.receiveCount += 1;
    message.firstReceivedAt ??= now;
    message.receiptHandle = receiptHandle;
    this.#receipts += 1;
    const twice = this.#duplicateEvery > 0 && this.#receipts % this.#duplicateEvery === 0;
    if (twice) this.#put({ ...message, visibleAt: now });
    message.visibleAt = now + visibilitySeconds * 1_000;
    this.#put(message);
    return {
      messageId: message.id,
      receiptHandle,
      body: message.body,
      md5OfBody: md5(message.body),
      receiveCount: message.receiveCount,
      sentAt: message.sentAt,
      firstReceivedAt: message.firstReceivedAt,
      senderId: message.senderId,
    };
  }

  /** Whether a message is not to be received any more: too old, or received too often and therefore moved away. */
  #isPastUse(message: Message): boolean {
    const { redrive, retentionSeconds } = this.definition;
    const now = this.#clock.now();
    if (now - message.sentAt > retentionSeconds * 1_000) return true;
    const deadLetters = this.#deadLetters();
    if (!redrive || !deadLetters || message.receiveCount < redrive.maxReceiveCount) return false;
    deadLetters.#put({ ...message, receiveCount: 0, visibleAt: now });
    return true;
  }

  #put(message: Message): void {
    this.#kept?.set(message);
    if (message.visibleAt <= this.#clock.now()) {
      this.#visible.push(message);
      this.#wake();
      return;
    }
    // Mostly the latest of all, so the place is looked for from the end.
    const at = this.#hidden.findLastIndex(({ visibleAt }) => visibleAt <= message.visibleAt) + 1;
    this.#hidden.splice(at, 0, message);
    if (at === 0) this.#arm();
  }

  #arm(): void {
    this.#timer?.cancel();
    const [first] = this.#hidden;
    if (first) this.#timer = this.#clock.after(first.visibleAt - this.#clock.now(), () => this.#show());
  }

  /** Makes visible what is due. */
  #show(): void {
    const now = this.#clock.now();
    const due = this.#hidden.filter(({ visibleAt }) => visibleAt <= now);
    this.#hidden = this.#hidden.slice(due.length);
    this.#visible.push(...due);
    this.#arm();
    if (due.length > 0) this.#wake();
  }

  /** Later, and once for all that becomes visible now: whoever receives must not find a queue half changed. */
  #wake(): void {
    if (this.#isWaking) return;
    this.#isWaking = true;
    queueMicrotask(() => {
      this.#isWaking = false;
      for (const listener of this.#listeners) listener();
    });
  }
}
