import {
  ChangeMessageVisibilityBatchCommand,
  SQSClient,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
} from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import pMap from 'p-map';
import { SQS } from '../limits';
import { inBatches } from './batches';
import type { Task } from './messages';

const CONCURRENCY = 16;

/** A message that failed is retried after 10 s, then after twice as long each time, up to the longest delay. */
const FIRST_RETRY_SECONDS = 10;

const retrySeconds = (receiveCount: number): number =>
  Math.min(SQS.delaySeconds, FIRST_RETRY_SECONDS * 2 ** Math.min(receiveCount - 1, 16));

/** The queue that feeds the function. */
export class RefreshQueue {
  readonly #url: string;
  readonly #client = new SQSClient();

  constructor(url: string) {
    this.#url = url;
  }

  /** Sends messages that arrive after a delay. @returns those that could not be sent */
  async send(messages: Task[], delaySeconds: number): Promise<Task[]> {
    const unsent = await pMap(inBatches(messages, SQS.batchEntries), (batch) => this.#sendBatch(batch, delaySeconds), {
      concurrency: CONCURRENCY,
    });
    return unsent.flat();
  }

  async #sendBatch(batch: Task[], DelaySeconds: number): Promise<Task[]> {
    const Entries = batch.map((message, index): SendMessageBatchRequestEntry => {
      return { Id: String(index), MessageBody: JSON.stringify(message), DelaySeconds };
    });
    try {
      const { Failed = [] } = await this.#client.send(new SendMessageBatchCommand({ QueueUrl: this.#url, Entries }));
      return Failed.map(({ Id }) => batch[Number(Id)]!);
    } catch {
      return batch;
    }
  }

  /** Lets messages that failed be retried sooner than after the visibility timeout, and later each time. */
  async backOff(records: SQSRecord[]): Promise<void> {
    await pMap(
      inBatches(records, SQS.batchEntries),
      (batch) => {
        const Entries = batch.map(({ receiptHandle, attributes }, index) => ({
          Id: String(index),
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: retrySeconds(Number(attributes.ApproximateReceiveCount)),
        }));
        // If this fails, the message is retried after the queue's own timeout.
        return this.#client
          .send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.#url, Entries }))
          .catch(() => undefined);
      },
      { concurrency: CONCURRENCY },
    );
  }
}
