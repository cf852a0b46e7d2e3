import { z } from 'zod';
import { SQS } from '../../edge/limits';
import { type Queue, type ReceivedMessage, md5 } from './queue';
import { SqsError } from './sqs-error';

/** What an action works with, once its request is authenticated and allowed. */
export interface Call {
  queue: Queue;
  /** The queue's URL as clients of this server have it. */
  url: string;
  input: unknown;
  senderId: string;
}

/** One action of the API, and the permission that it takes. */
export interface Action {
  permission: string;
  run(call: Call): object | Promise<object>;
}

/** SQS API Reference: SendMessage. What XML cannot carry is refused. */
const INVALID_CHARACTERS = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

const delay = z.int().min(0).max(SQS.delaySeconds);
const visibility = z.int().min(0).max(SQS.visibilityTimeoutSeconds);
const message = { MessageBody: z.string().min(1), DelaySeconds: delay.optional() };
const entryId = z.string().regex(/^[\w-]{1,80}$/);

function parse<T extends z.ZodRawShape>(shape: T, input: unknown): z.output<z.ZodObject<T>> {
  // What is not modelled, such as message attributes, is refused, not lost.
  const parsed = z.strictObject({ QueueUrl: z.string().optional(), ...shape }).safeParse(input);
  if (parsed.success) return parsed.data as z.output<z.ZodObject<T>>;
  const [issue] = parsed.error.issues;
  throw new SqsError('InvalidParameterValue', `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
}

interface Sending {
  MessageBody: string;
  DelaySeconds?: number | undefined;
}

function send({ queue, senderId }: Call, { MessageBody, DelaySeconds }: Sending) {
  if (INVALID_CHARACTERS.test(MessageBody)) {
    throw new SqsError('InvalidMessageContents', 'The message contains characters outside the allowed set.');
  }
  const options = { senderId, ...(DelaySeconds !== undefined && { delaySeconds: DelaySeconds }) };
  return { MessageId: queue.send(MessageBody, options), MD5OfMessageBody: md5(MessageBody) };
}

function checkSize(bodies: string[]): void {
  const bytes = bodies.reduce((sum, body) => sum + Buffer.byteLength(body), 0);
  if (bytes <= SQS.messageBytes) return;
  if (bodies.length > 1) {
    throw new SqsError('BatchRequestTooLong', `Batch requests cannot be longer than ${SQS.messageBytes} bytes.`, {
      queryCode: 'AWS.SimpleQueueService.BatchRequestTooLong',
    });
  }
  throw new SqsError('InvalidParameterValue', `Message must be shorter than ${SQS.messageBytes} bytes.`);
}

interface Entry {
  Id: string;
}

/** Does each entry for itself: what fails of one is reported for that one. */
function batch<T extends Entry>(entries: T[], run: (entry: T) => object) {
  const refuse = (code: string, problem: string) =>
    new SqsError(code, problem, { queryCode: `AWS.SimpleQueueService.${code}` });
  if (entries.length === 0) throw refuse('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > SQS.batchEntries) {
    throw refuse('TooManyEntriesInBatchRequest', `Maximum number of entries per request are ${SQS.batchEntries}.`);
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw refuse('BatchEntryIdsNotDistinct', 'The Ids of the entries have to differ.');
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

function remove({ queue }: Call, { ReceiptHandle }: { ReceiptHandle: string }): object {
  // An old receipt deletes nothing, and SQS says nothing about it.
  queue.delete(ReceiptHandle);
  return {};
}

function changeVisibility(
  { queue }: Call,
  { ReceiptHandle, VisibilityTimeout }: { ReceiptHandle: string; VisibilityTimeout: number },
): object {
  if (queue.changeVisibility(ReceiptHandle, VisibilityTimeout)) return {};
  throw new SqsError('MessageNotInflight', 'The message is not in flight.', {
    queryCode: 'AWS.SimpleQueueService.MessageNotInflight',
  });
}

const describe = (received: ReceivedMessage): object => ({
  MessageId: received.messageId,
  ReceiptHandle: received.receiptHandle,
  Body: received.body,
  MD5OfBody: received.md5OfBody,
  Attributes: {
    ApproximateReceiveCount: String(received.receiveCount),
    SentTimestamp: String(received.sentAt),
    SenderId: received.senderId,
    ApproximateFirstReceiveTimestamp: String(received.firstReceivedAt),
  },
});

function attributesOf({ definition, depth }: { definition: Queue['definition']; depth: ReturnType<Queue['depth']> }) {
  return {
    QueueArn: definition.arn,
    ApproximateNumberOfMessages: String(depth.visible),
    ApproximateNumberOfMessagesNotVisible: String(depth.inFlight),
    ApproximateNumberOfMessagesDelayed: String(depth.delayed),
    VisibilityTimeout: String(definition.visibilityTimeoutSeconds),
    DelaySeconds: String(definition.delaySeconds),
    MessageRetentionPeriod: String(definition.retentionSeconds),
    ...(definition.redrive && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: definition.redrive.deadLetterArn,
        maxReceiveCount: definition.redrive.maxReceiveCount,
      }),
    }),
  };
}

const receipt = { ReceiptHandle: z.string() };

/** The actions that are modelled, by name. SQS API Reference. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  SendMessage: {
    permission: 'sqs:SendMessage',
    run: (call) => {
      const input = parse(message, call.input);
      checkSize([input.MessageBody]);
      return send(call, input);
    },
  },
  SendMessageBatch: {
    permission: 'sqs:SendMessage',
    run: (call) => {
      const { Entries } = parse({ Entries: z.array(z.strictObject({ Id: entryId, ...message })) }, call.input);
      checkSize(Entries.map(({ MessageBody }) => MessageBody));
      return batch(Entries, (entry) => send(call, entry));
    },
  },
  ReceiveMessage: {
    permission: 'sqs:ReceiveMessage',
    run: async ({ queue, input }) => {
      const { MaxNumberOfMessages, VisibilityTimeout, WaitTimeSeconds } = parse(
        {
          MaxNumberOfMessages: z.int().min(1).max(SQS.batchEntries).default(1),
          VisibilityTimeout: visibility.optional(),
          WaitTimeSeconds: z.int().min(0).max(SQS.waitSeconds).default(0),
          MessageSystemAttributeNames: z.array(z.string()).optional(),
          AttributeNames: z.array(z.string()).optional(),
        },
        input,
      );
      if (WaitTimeSeconds > 0) await queue.waitForVisible(WaitTimeSeconds);
      const received = queue.receive(MaxNumberOfMessages, VisibilityTimeout);
      return received.length > 0 ? { Messages: received.map(describe) } : {};
    },
  },
  DeleteMessage: {
    permission: 'sqs:DeleteMessage',
    run: (call) => remove(call, parse(receipt, call.input)),
  },
  DeleteMessageBatch: {
    permission: 'sqs:DeleteMessage',
    run: (call) => {
      const { Entries } = parse({ Entries: z.array(z.strictObject({ Id: entryId, ...receipt })) }, call.input);
      return batch(Entries, (entry) => remove(call, entry));
    },
  },
  ChangeMessageVisibility: {
    permission: 'sqs:ChangeMessageVisibility',
    run: (call) => changeVisibility(call, parse({ ...receipt, VisibilityTimeout: visibility }, call.input)),
  },
  ChangeMessageVisibilityBatch: {
    permission: 'sqs:ChangeMessageVisibility',
    run: (call) => {
      const entry = z.strictObject({ Id: entryId, ...receipt, VisibilityTimeout: visibility });
      const { Entries } = parse({ Entries: z.array(entry) }, call.input);
      return batch(Entries, (each) => changeVisibility(call, each));
    },
  },
  GetQueueAttributes: {
    permission: 'sqs:GetQueueAttributes',
    run: ({ queue, input }) => {
      const { AttributeNames } = parse({ AttributeNames: z.array(z.string()).default([]) }, input);
      const all = Object.entries(attributesOf({ definition: queue.definition, depth: queue.depth() }));
      const wanted = all.filter(([name]) => AttributeNames.includes('All') || AttributeNames.includes(name));
      return { Attributes: Object.fromEntries(wanted) };
    },
  },
  GetQueueUrl: {
    permission: 'sqs:GetQueueUrl',
    run: ({ url }) => ({ QueueUrl: url }),
  },
  PurgeQueue: {
    permission: 'sqs:PurgeQueue',
    run: ({ queue }) => {
      queue.purge();
      return {};
    },
  },
};
