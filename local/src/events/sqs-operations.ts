import { z } from 'zod';
import { SQS } from '../../../edge/limits';
import type { JsonOperation } from '../http/json-api';
import { type Principal, describePrincipal } from '../iam/evaluate';
import { type Queue, md5 } from './queue';
import { SqsError } from './sqs-error';

/** A queue as what requests are made to. */
export interface QueueResource {
  arn: string;
  policy: Queue['definition']['policy'];
  queue: Queue;
}

/** SQS API Reference: SendMessage. What XML cannot carry is refused. */
const INVALID_CHARACTERS = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

const message = { MessageBody: z.string().min(1), DelaySeconds: z.int().min(0).max(SQS.delaySeconds).optional() };
const visibility = {
  ReceiptHandle: z.string(),
  VisibilityTimeout: z.int().min(0).max(SQS.visibilityTimeoutSeconds),
};
const entryId = z.string().regex(/^[\w-]{1,80}$/);

const sendMessage = z.strictObject({ QueueUrl: z.string(), ...message });
const batchOf = <T extends z.ZodRawShape>(entry: T) =>
  z.strictObject({ QueueUrl: z.string(), Entries: z.array(z.strictObject({ Id: entryId, ...entry })) });
const sendMessageBatch = batchOf(message);
const changeMessageVisibilityBatch = batchOf(visibility);

function parse<T>(schema: z.ZodType<T>, input: unknown): T {
  // What is not modelled, such as message attributes, is refused, not lost.
  const { data, error } = schema.safeParse(input);
  if (!error) return data;
  const [issue] = error.issues;
  throw new SqsError('InvalidParameterValue', `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
}

interface NewMessage {
  MessageBody: string;
  DelaySeconds?: number | undefined;
}

function send({ queue }: QueueResource, sender: Principal, { MessageBody, DelaySeconds }: NewMessage) {
  if (INVALID_CHARACTERS.test(MessageBody)) {
    throw new SqsError('InvalidMessageContents', 'The message contains characters outside the allowed set.');
  }
  const senderId = describePrincipal(sender);
  const options = { senderId, ...(DelaySeconds !== undefined && { delaySeconds: DelaySeconds }) };
  return { MessageId: queue.send(MessageBody, options), MD5OfMessageBody: md5(MessageBody) };
}

/** The error of a batch, or of an entry, whose name in the query protocol differs. */
const errorOf = (code: string, problem: string) =>
  new SqsError(code, problem, { queryCode: `AWS.SimpleQueueService.${code}` });

function checkSize(bodies: string[]): void {
  const bytes = bodies.reduce((sum, body) => sum + Buffer.byteLength(body), 0);
  if (bytes <= SQS.messageBytes) return;
  if (bodies.length > 1) {
    throw errorOf('BatchRequestTooLong', `Batch requests cannot be longer than ${SQS.messageBytes} bytes.`);
  }
  throw new SqsError('InvalidParameterValue', `Message must be shorter than ${SQS.messageBytes} bytes.`);
}

/** Handles each entry by itself: a failure is reported for that entry alone. */
function runBatch<T extends { Id: string }>(entries: T[], run: (entry: T) => object) {
  if (entries.length === 0) throw errorOf('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > SQS.batchEntries) {
    throw errorOf('TooManyEntriesInBatchRequest', `Maximum number of entries per request are ${SQS.batchEntries}.`);
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw errorOf('BatchEntryIdsNotDistinct', 'The Ids of the entries have to differ.');
  }
  const successful: object[] = [];
  const failed: object[] = [];
  for (const entry of entries) {
    try {
      successful.push({ Id: entry.Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true });
    }
  }
  return { Successful: successful, Failed: failed };
}

/** The operations that functions use; Lambda itself receives and deletes. SQS API Reference. */
export const OPERATIONS: Readonly<Record<string, JsonOperation<QueueResource>>> = {
  SendMessage: {
    permission: 'sqs:SendMessage',
    run: ({ resource, principal, ...call }) => {
      const input = parse(sendMessage, call.input);
      checkSize([input.MessageBody]);
      return send(resource, principal, input);
    },
  },
  SendMessageBatch: {
    permission: 'sqs:SendMessage',
    run: ({ resource, principal, input }) => {
      const { Entries } = parse(sendMessageBatch, input);
      checkSize(Entries.map(({ MessageBody }) => MessageBody));
      return runBatch(Entries, (entry) => send(resource, principal, entry));
    },
  },
  ChangeMessageVisibilityBatch: {
    permission: 'sqs:ChangeMessageVisibility',
    run: ({ resource: { queue }, input }) => {
      const { Entries } = parse(changeMessageVisibilityBatch, input);
      return runBatch(Entries, ({ ReceiptHandle, VisibilityTimeout }) => {
        if (queue.changeVisibility(ReceiptHandle, VisibilityTimeout)) return {};
        throw errorOf('MessageNotInflight', 'The message is not in flight.');
      });
    },
  },
};
