import type { Clock } from '../clock';
import type { EventSourceMapping } from '../deployment/deployment';
import type { Faults } from '../faults';
import type { LambdaFunction, LambdaOutcome } from '../functions/function';
import type { Queue, ReceivedMessage } from './queue';

export interface PollerOptions {
  mapping: EventSourceMapping;
  queue: Queue;
  lambda: LambdaFunction;
  clock: Clock;
  faults: Faults | undefined;
  log: (line: string) => void;
  /** Called each time it becomes idle. */
  onIdle: () => void;
}

/** An event source mapping: invokes a function with batches from a queue. Lambda Developer Guide: with-sqs. */
export class Poller {
  readonly #options: PollerOptions;
  readonly #stop: () => void;
  /** Received messages that wait for the batch to fill or the batching window to close. */
  #batch: ReceivedMessage[] = [];
  #window: { cancel(): void } | undefined;
  #running = 0;
  #isClosed = false;

  constructor(options: PollerOptions) {
    this.#options = options;
    this.#stop = options.queue.onVisible(() => this.#poll());
  }

  /** Whether no message is visible, in a batch or being handled. */
  get isIdle(): boolean {
    return this.#running === 0 && this.#batch.length === 0 && this.#options.queue.depth().visible === 0;
  }

  close(): void {
    this.#isClosed = true;
    this.#window?.cancel();
    this.#stop();
  }

  #poll(): void {
    const { queue, mapping, clock } = this.#options;
    const { batchSize, windowSeconds, maximumConcurrency } = mapping;
    while (!this.#isClosed && this.#running < maximumConcurrency) {
      this.#batch.push(...queue.receive(batchSize - this.#batch.length));
      if (this.#batch.length === 0) return;
      if (this.#batch.length < batchSize && windowSeconds > 0) {
        this.#window ??= clock.after(windowSeconds * 1_000, () => this.#dispatch());
        return;
      }
      this.#dispatch();
    }
  }

  #dispatch(): void {
    this.#window?.cancel();
    this.#window = undefined;
    const batch = this.#batch;
    this.#batch = [];
    this.#running += 1;
    void this.#handle(batch);
  }

  async #handle(batch: ReceivedMessage[]): Promise<void> {
    const { queue, log, lambda, onIdle } = this.#options;
    const outcome = await this.#invoke(batch);
    const failed = this.#failures(batch, outcome);
    for (const { messageId, receiptHandle } of batch) if (!failed.has(messageId)) queue.delete(receiptHandle);
    if (failed.size > 0) log(`${lambda.name}: ${failed.size} of ${batch.length} messages failed, and will be retried`);
    this.#running -= 1;
    this.#poll();
    if (this.isIdle) onIdle();
  }

  async #invoke(batch: ReceivedMessage[]): Promise<LambdaOutcome> {
    const { lambda, faults, clock, mapping } = this.#options;
    const hit = faults?.match('lambda:Invoke', { key: lambda.name });
    if (hit?.latencyMs) await new Promise<void>((resolve) => clock.after(hit.latencyMs, resolve));
    if (hit?.outcome) return { kind: 'exception', message: `a fault: ${hit.outcome.kind}`, milliseconds: 0 };
    return lambda.invoke({ Records: batch.map((message) => recordOf(message, mapping)) });
  }

  /** Ids of the messages that stay in the queue. Lambda Developer Guide: services-sqs-errorhandling. */
  #failures(batch: ReceivedMessage[], outcome: LambdaOutcome): ReadonlySet<string> {
    const { mapping, log, lambda } = this.#options;
    const all = new Set(batch.map(({ messageId }) => messageId));
    if (outcome.kind !== 'answer') return all;
    if (!mapping.reportsBatchItemFailures) return new Set();
    const reported = reportedFailures(outcome.value);
    if (reported?.every((id) => all.has(id))) return new Set(reported);
    log(`${lambda.name}: its batchItemFailures are malformed or not of this batch, so the whole batch failed`);
    return all;
  }
}

/** The ids of batchItemFailures; undefined if they are malformed. An empty answer reports none. */
function reportedFailures(value: unknown): string[] | undefined {
  if (value === null || value === '') return [];
  if (typeof value !== 'object') return undefined;
  const list = (value as { batchItemFailures?: unknown }).batchItemFailures ?? [];
  if (!Array.isArray(list)) return undefined;
  const ids = list.map((entry) => (entry as { itemIdentifier?: unknown } | null)?.itemIdentifier);
  return ids.every((id) => typeof id === 'string') ? ids : undefined;
}

const recordOf = (message: ReceivedMessage, { queueArn, region }: EventSourceMapping) => ({
  messageId: message.messageId,
  receiptHandle: message.receiptHandle,
  body: message.body,
  attributes: {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAt),
    SenderId: message.senderId,
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
  },
  messageAttributes: {},
  md5OfBody: message.md5OfBody,
  eventSource: 'aws:sqs',
  eventSourceARN: queueArn,
  awsRegion: region,
});
