import { z } from 'zod';
import { SQS } from '../../../edge/limits';
import { type JsonApiOptions, type JsonOperation, parseInput, startJsonApi } from '../http/json-api';
import type { HttpServer } from '../http/server';
import { ServiceError } from '../http/service-error';
import { type Principal, describePrincipal } from '../iam/evaluate';
import { type Queue, md5 } from './queue';

/** SQS API Reference: CommonErrors, and each operation's own. */
class SqsError extends ServiceError {
  override name = 'SqsError';
  /** The code of the older query protocol, by which the SDKs name exceptions. */
  readonly queryCode: string;

  constructor(code: string, message: string, { queryCode = code, status = 400 } = {}) {
    super(status, code, message);
    this.queryCode = queryCode;
  }
}

export interface SqsOptions extends JsonApiOptions {
  queues: readonly Queue[];
}

interface QueueResource {
  arn: string;
  policy: Queue['definition']['policy'];
  queue: Queue;
}

/** Characters that XML does not allow. SQS API Reference: SendMessage. */
const INVALID_CHARACTERS = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

const messageShape = { MessageBody: z.string().min(1), DelaySeconds: z.int().min(0).max(SQS.delaySeconds).optional() };
const visibilityShape = {
  ReceiptHandle: z.string(),
  VisibilityTimeout: z.int().min(0).max(SQS.visibilityTimeoutSeconds),
};
const entryId = z.string().regex(/^[\w-]{1,80}$/);

const sendMessage = z.strictObject({ QueueUrl: z.string(), ...messageShape });
const batchOf = <T extends z.ZodRawShape>(entry: T) =>
  z.strictObject({ QueueUrl: z.string(), Entries: z.array(z.strictObject({ Id: entryId, ...entry })) });
const sendMessageBatch = batchOf(messageShape);
const changeMessageVisibilityBatch = batchOf(visibilityShape);

const parse = <T>(schema: z.ZodType<T>, input: unknown): T =>
  parseInput(schema, input, (message) => new SqsError('InvalidParameterValue', message));

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

const batchError = (code: string, message: string) =>
  new SqsError(code, message, { queryCode: `AWS.SimpleQueueService.${code}` });

function checkSize(bodies: string[]): void {
  const bytes = bodies.reduce((sum, body) => sum + Buffer.byteLength(body), 0);
  if (bytes <= SQS.messageBytes) return;
  if (bodies.length > 1) {
    throw batchError('BatchRequestTooLong', `Batch requests cannot be longer than ${SQS.messageBytes} bytes.`);
  }
  throw new SqsError('InvalidParameterValue', `Message must be shorter than ${SQS.messageBytes} bytes.`);
}

/** Runs each entry. A failed entry does not fail the others. */
function runBatch<T extends { Id: string }>(entries: T[], run: (entry: T) => object) {
  if (entries.length === 0) throw batchError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > SQS.batchEntries) {
    throw batchError('TooManyEntriesInBatchRequest', `Maximum number of entries per request are ${SQS.batchEntries}.`);
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw batchError('BatchEntryIdsNotDistinct', 'The Ids of the entries have to differ.');
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

/** The operations that functions use. `Poller` receives and deletes without the API. SQS API Reference. */
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
        throw batchError('MessageNotInflight', 'The message is not in flight.');
      });
    },
  },
};

const targetSchema = z.looseObject({ QueueUrl: z.string() });

/** Serves the part of SQS's API that functions use, on 127.0.0.1. */
export function startSqs({ queues, ...options }: SqsOptions): Promise<HttpServer> {
  return startJsonApi<QueueResource>(
    {
      name: 'sqs',
      targetPrefix: 'AmazonSQS.',
      contentType: 'application/x-amz-json-1.0',
      operations: OPERATIONS,
      find: (input) => {
        // SQS ignores the URL's host.
        const name = targetSchema.safeParse(input).data?.QueueUrl.split('/').at(-1);
        const queue = queues.find(({ definition }) => definition.name === name);
        if (!queue) {
          throw new SqsError('QueueDoesNotExist', 'The specified queue does not exist.', {
            queryCode: 'AWS.SimpleQueueService.NonExistentQueue',
          });
        }
        return { arn: queue.definition.arn, policy: queue.definition.policy, queue };
      },
      unauthenticated: () =>
        new SqsError('InvalidClientTokenId', 'The security token included in the request is invalid.', { status: 403 }),
      denied: (message) =>
        // SQS writes the action in lower case.
        new SqsError(
          'AccessDeniedException',
          message.replace(/sqs:\w+/, (action) => action.toLowerCase()),
          { status: 403, queryCode: 'AccessDenied' },
        ),
      throttled: () => new SqsError('RequestThrottled', 'Rate exceeded'),
      failed: (status) => new SqsError('InternalFailure', 'An internal error occurred.', { status }),
      describe: (error) => ({
        type: `com.amazonaws.sqs#${error.code}`,
        headers: { 'x-amzn-query-error': `${error instanceof SqsError ? error.queryCode : error.code};Sender` },
      }),
      refusal: (operation, { code, message }) => `sqs: ${operation} refused: ${code}: ${message}`,
    },
    options,
  );
}
