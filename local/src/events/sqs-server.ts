import { z } from 'zod';
import { type JsonApiOptions, startJsonApi } from '../http/json-api';
import type { HttpServer } from '../http/server';
import type { Queue } from './queue';
import { OPERATIONS, type QueueResource, SqsError } from './sqs-operations';

export interface SqsOptions extends JsonApiOptions {
  queues: readonly Queue[];
}

const inputSchema = z.looseObject({ QueueUrl: z.string() });

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
        const name = inputSchema.safeParse(input).data?.QueueUrl.split('/').at(-1);
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
