import { createHash, randomUUID } from 'node:crypto';
import type { Clock } from '../clock';
import type { QueueDefinition } from '../deployment/deployment';
import type { PersistentMap } from '../persistent-map';

/** A message in its queue. Times are milliseconds since the epoch. */
export interface Message {
  id: string;
  body: string;
  sentAt: number;
  senderId: string;
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt?: number;
  /** Of the latest receipt; older handles are invalid. */
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

/** Numbers of messages by state, as GetQueueAttributes counts them. */
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

/** The next message is one of this many oldest, so that nobody can rely on the order. */
const DISORDER = 8;

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

export interface QueueOptions {
  deadLetters: () => Queue | undefined;
  /** Each time that this many messages were received, the last of them is delivered twice; 0 for never. */
  duplicateEvery: number;
  /** Makes the messages persistent. */
  stored?: PersistentMap<Message> | undefined;
}

/** A standard queue: at-least-once delivery in no order. SQS Developer Guide: standard-queues. */
export class Queue {
  readonly definition: QueueDefinition;
  readonly #clock: Clock;
  readonly #deadLetters: () => Queue | undefined;
  readonly #duplicateEvery: number;
  readonly #stored: PersistentMap<Message> | undefined;
  #visible: Message[] = [];
  /** Delayed or in flight, sorted by `visibleAt`. */
  #invisible: Message[] = [];
  #receipts = 0;
  #timer: { cancel(): void } | undefined;
  readonly #listeners = new Set<() => void>();
  #isNotifying = false;

  /** Stored messages are all visible at first: their receivers ended with the earlier process. */
  constructor(definition: QueueDefinition, clock: Clock, { deadLetters, duplicateEvery, stored }: QueueOptions) {
    this.definition = definition;
    this.#clock = clock;
    this.#deadLetters = deadLetters;
    this.#duplicateEvery = duplicateEvery;
    this.#stored = stored;
    for (const { receiptHandle: _, ...message } of stored?.values() ?? [])
      this.#visible.push({ ...message, visibleAt: 0 });
  }

  /** @returns the message's id */
  send(body: string, { delaySeconds = this.definition.delaySeconds, senderId }: SendOptions): string {
    const now = this.#clock.now();
    const id = randomUUID();
    this.#put({ id, body, sentAt: now, senderId, visibleAt: now + delaySeconds * 1_000, receiveCount: 0 });
    return id;
  }

  /** Receives up to `count` messages, which are invisible for the visibility timeout. */
  receive(count: number, visibilitySeconds = this.definition.visibilityTimeoutSeconds): ReceivedMessage[] {
    const received: ReceivedMessage[] = [];
    while (received.length < count && this.#visible.length > 0) {
      const [message] = this.#visible.splice((this.#receipts * 5) % Math.min(DISORDER, this.#visible.length), 1);
      if (this.#isExpired(message!) || this.#moveToDeadLetters(message!)) this.#stored?.delete(message!.id);
      else received.push(this.#receiveOne(message!, visibilitySeconds));
    }
    return received;
  }

  /** @returns whether a message was in flight with this handle */
  delete(receiptHandle: string): boolean {
    const message = this.#takeInFlight(receiptHandle);
    if (message) this.#stored?.delete(message.id);
    return message !== undefined;
  }

  /** @returns whether a message was in flight with this handle */
  changeVisibility(receiptHandle: string, seconds: number): boolean {
    const message = this.#takeInFlight(receiptHandle);
    if (!message) return false;
    message.visibleAt = this.#clock.now() + seconds * 1_000;
    this.#put(message);
    return true;
  }

  depth(): Depth {
    const delayed = this.#invisible.filter(({ receiveCount }) => receiveCount === 0).length;
    return { visible: this.#visible.length, inFlight: this.#invisible.length - delayed, delayed };
  }

  /** Bodies of the visible messages, oldest first. */
  peek(): string[] {
    return this.#visible.map(({ body }) => body);
  }

  /** Calls `listener` when messages become visible, and soon if any are. @returns a function that ends this */
  onVisible(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (this.#visible.length > 0) this.#notify();
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#timer?.cancel();
    this.#listeners.clear();
  }

  #takeInFlight(receiptHandle: string): Message | undefined {
    // From the end, where the latest are.
    const at = this.#invisible.findLastIndex((message) => message.receiptHandle === receiptHandle);
    return at < 0 ? undefined : this.#invisible.splice(at, 1)[0];
  }

  #receiveOne(message: Message, visibilitySeconds: number): ReceivedMessage {
    const now = this.#clock.now();
    const receiptHandle = randomUUID();
    message.receiveCount += 1;
    message.firstReceivedAt ??= now;
    message.receiptHandle = receiptHandle;
    this.#receipts += 1;
    const isDuplicated = this.#duplicateEvery > 0 && this.#receipts % this.#duplicateEvery === 0;
    if (isDuplicated) this.#put({ ...message, visibleAt: now });
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

  #isExpired({ sentAt }: Message): boolean {
    return this.#clock.now() - sentAt > this.definition.retentionSeconds * 1_000;
  }

  /** Moves a message that was received too often. @returns whether it was */
  #moveToDeadLetters(message: Message): boolean {
    const { redrive } = this.definition;
    const deadLetters = this.#deadLetters();
    if (!redrive || !deadLetters || message.receiveCount < redrive.maxReceiveCount) return false;
    deadLetters.#put({ ...message, receiveCount: 0, visibleAt: this.#clock.now() });
    return true;
  }

  #put(message: Message): void {
    this.#stored?.set(message);
    if (message.visibleAt <= this.#clock.now()) {
      this.#visible.push(message);
      this.#notify();
      return;
    }
    // From the end, where most of them belong.
    const at = this.#invisible.findLastIndex(({ visibleAt }) => visibleAt <= message.visibleAt) + 1;
    this.#invisible.splice(at, 0, message);
    if (at === 0) this.#arm();
  }

  #arm(): void {
    this.#timer?.cancel();
    const [first] = this.#invisible;
    if (first) this.#timer = this.#clock.after(first.visibleAt - this.#clock.now(), () => this.#makeVisible());
  }

  #makeVisible(): void {
    const now = this.#clock.now();
    const due = this.#invisible.filter(({ visibleAt }) => visibleAt <= now);
    this.#invisible = this.#invisible.slice(due.length);
    this.#visible.push(...due);
    this.#arm();
    if (due.length > 0) this.#notify();
  }

  /** Notifies in a microtask, so that a listener never finds the queue half changed. */
  #notify(): void {
    if (this.#isNotifying) return;
    this.#isNotifying = true;
    queueMicrotask(() => {
      this.#isNotifying = false;
      for (const listener of this.#listeners) listener();
    });
  }
}
