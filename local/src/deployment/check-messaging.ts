import { EVENT_SOURCE_MAPPING, SQS } from '../../../edge/limits';
import { evaluate } from '../iam/evaluate';
import type { Deployment, EventSourceMapping, LambdaDefinition, QueueDefinition, Role } from './deployment';
import { DeploymentError, errorOf } from './error';
import { PARTITION } from './names';

/** Permissions that a function's role needs for its queue. Lambda Developer Guide: services-sqs-configure. */
const MAPPING_ACTIONS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/**
 * Refuses queues, event source mappings and notifications that synthesis accepts and AWS does not.
 * @throws DeploymentError
 */
export function checkMessaging({
  queues,
  eventSourceMappings,
  functions,
  roles,
  notifications,
  buckets,
  account,
}: Deployment): void {
  for (const queue of queues) checkQueue(queue, queues);
  for (const mapping of eventSourceMappings) {
    const queue = queues.find(({ arn }) => arn === mapping.queueArn);
    const definition = functions.find(({ arn }) => arn === mapping.functionArn);
    if (!queue) throw errorOf(mapping, `there is no queue ${mapping.queueArn}`);
    if (!definition) throw errorOf(mapping, `there is no function ${mapping.functionArn}`);
    checkMapping(mapping);
    checkTimeouts(mapping, queue, definition);
    checkPermissions(
      mapping,
      queue,
      roles.find(({ arn }) => arn === definition.roleArn)!,
    );
  }
  for (const { bucket, queueArn } of notifications) {
    const queue = queues.find(({ arn }) => arn === queueArn);
    if (!queue) throw new DeploymentError(`${bucket}: its notifications go to ${queueArn}, which no stack creates`);
    // S3 User Guide: notification-how-to-event-types-and-destinations.
    const region = buckets.find(({ name }) => name === bucket)?.region;
    if (region !== undefined && region !== queue.region) {
      throw errorOf(queue, `a bucket in ${region} cannot notify a queue in ${queue.region}`);
    }
    checkDestination(bucket, queue, account);
  }
}

function checkQueue(queue: QueueDefinition, queues: QueueDefinition[]): void {
  if (queue.delaySeconds > SQS.delaySeconds) {
    throw errorOf(queue, `the delay is ${queue.delaySeconds} s, a queue has at most ${SQS.delaySeconds}`);
  }
  if (queue.visibilityTimeoutSeconds > SQS.visibilityTimeoutSeconds) {
    throw errorOf(
      queue,
      `the visibility timeout is ${queue.visibilityTimeoutSeconds} s, a queue has at most ${SQS.visibilityTimeoutSeconds}`,
    );
  }
  const { redrive } = queue;
  if (redrive && !queues.some(({ arn }) => arn === redrive.deadLetterArn)) {
    throw errorOf(queue, `its dead-letter queue ${redrive.deadLetterArn} is in no stack`);
  }
}

function checkMapping(mapping: EventSourceMapping): void {
  const { batchSize, windowSeconds, maximumConcurrency } = mapping;
  const limits = EVENT_SOURCE_MAPPING;
  if (batchSize < 1 || batchSize > limits.batchSize) {
    throw errorOf(mapping, `the batch size is ${batchSize}, expected 1 to ${limits.batchSize}`);
  }
  if (windowSeconds > limits.windowSeconds) {
    throw errorOf(mapping, `the batching window is ${windowSeconds} s, at most ${limits.windowSeconds} are allowed`);
  }
  if (batchSize > limits.batchSizeWithoutWindow && windowSeconds < 1) {
    throw errorOf(
      mapping,
      `a batch size over ${limits.batchSizeWithoutWindow} needs a batching window of at least 1 s`,
    );
  }
  if (maximumConcurrency < limits.minConcurrency || maximumConcurrency > limits.maxConcurrency) {
    throw errorOf(
      mapping,
      `the maximum concurrency is ${maximumConcurrency}, expected ${limits.minConcurrency} to ${limits.maxConcurrency}`,
    );
  }
}

function checkTimeouts(mapping: EventSourceMapping, queue: QueueDefinition, definition: LambdaDefinition): void {
  if (queue.visibilityTimeoutSeconds >= definition.timeoutSeconds) return;
  throw errorOf(
    mapping,
    `the queue's visibility timeout of ${queue.visibilityTimeoutSeconds} s is less than the function's timeout of ${definition.timeoutSeconds} s`,
  );
}

function checkPermissions(mapping: EventSourceMapping, queue: QueueDefinition, role: Role): void {
  for (const action of MAPPING_ACTIONS) {
    const principal = { kind: 'role', arn: role.arn, statements: role.statements } as const;
    const { allowed, reason } = evaluate({ principal, action, resource: queue.arn }, queue.policy);
    if (!allowed)
      throw errorOf(mapping, `${role.name} is not authorized to perform ${action} on ${queue.name} ${reason}`);
  }
}

/** S3 tests a destination when it is configured. S3 User Guide: grant-destinations-permissions-to-s3. */
function checkDestination(bucket: string, queue: QueueDefinition, account: string): void {
  const sourceArn = `arn:${PARTITION}:s3:::${bucket}`;
  const principal = { kind: 'service', service: 's3.amazonaws.com', sourceArn, sourceAccount: account } as const;
  const request = { principal, action: 'sqs:SendMessage', resource: queue.arn };
  const { allowed, reason } = evaluate(request, queue.policy);
  if (!allowed) throw errorOf(queue, `S3 is not authorized to perform sqs:SendMessage for ${bucket} ${reason}`);
}
