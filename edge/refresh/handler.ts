/**
 * Keeps variants as fresh as their originals: a Lambda function beside the originals, fed from a queue of S3's events.
 *
 * `SETTINGS` is put in by the build.
 */
import { S3Client } from '@aws-sdk/client-s3';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import pMap from 'p-map';
import type { RefreshSettings } from '../settings';
import { DistributionOfStack } from './distribution';
import { makeEager } from './eager';
import { type Later, type Task, parseMessage } from './messages';
import { type Change, INVALIDATION_SECONDS, pass } from './pass';
import { OwnQueue } from './queue';
import { storageOf } from './storage';
import { VARIABLES } from './variables';

declare const SETTINGS: RefreshSettings;

/** Originals whose eager sizes are made side by side. */
const EAGER_CONCURRENCY = 4;

/** How often a 404 from before the upload is waited for: each cache on the way may have its own. */
const EAGER_ATTEMPTS = 3;

type EagerTask = Extract<Later, { eager: string }>;

const variable = (name: keyof typeof VARIABLES): string => process.env[VARIABLES[name]] ?? '';

const prefix = variable('originalsPrefix');
const queue = new OwnQueue(variable('queueUrl'));
const distribution = new DistributionOfStack(variable('distributionParameter'), SETTINGS.keysBeforeAll);
const storage = storageOf({
  originals: { client: new S3Client(), bucket: variable('originalsBucket'), prefix },
  variants: { client: new S3Client({ region: variable('variantsRegion') }), bucket: variable('variantsBucket') },
  generation: SETTINGS.generation,
});
const log = (line: object): void => console.log(JSON.stringify(line));

/** What all messages of a batch say of each key, taken together. */
function changesOf(tasks: Task[]): Change[] {
  const changes = new Map<string, Change>();
  for (const task of tasks) {
    if ('eager' in task) continue;
    const key = 'changed' in task ? task.changed : task.again;
    const { isNew, listed } = changes.get(key) ?? { isNew: false, listed: false };
    changes.set(key, {
      key,
      isNew: isNew || 'changed' in task,
      listed: listed || ('again' in task && task.listed),
    });
  }
  return [...changes.values()];
}

async function runEager(task: EagerTask): Promise<void> {
  const again = async (message: EagerTask, seconds: number) => {
    const unsent = await queue.send([message], seconds);
    if (unsent.length > 0) throw new Error('A message could not be sent.');
  };
  const { eager: key, invalidation, attempt } = task;
  if (invalidation !== undefined && !(await distribution.isComplete(invalidation))) {
    return again(task, INVALIDATION_SECONDS);
  }
  const isMissing = await makeEager(await distribution.url(), SETTINGS.grammar, SETTINGS.eager, key);
  log({ eager: key, attempt, isMissing });
  if (isMissing && attempt < EAGER_ATTEMPTS) {
    await again({ eager: key, attempt: attempt + 1 }, SETTINGS.errorSeconds + INVALIDATION_SECONDS);
  }
}

/** The keys of a message, for which it may have failed. */
const keyOf = (task: Task): string => ('changed' in task ? task.changed : 'again' in task ? task.again : task.eager);

/** The entry point: what fails is reported message by message, and comes again. */
export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  const failed = new Map<SQSRecord, unknown>();
  const read = Records.map((record) => {
    try {
      return { record, tasks: parseMessage(record.body, prefix) };
    } catch (error) {
      failed.set(record, error);
      return { record, tasks: [] };
    }
  });
  const failures = await pass(changesOf(read.flatMap(({ tasks }) => tasks)), {
    storage,
    send: (messages, delaySeconds) => queue.send(messages, delaySeconds),
    invalidate: (keys) => distribution.invalidate(keys),
    variantsExpire: SETTINGS.variantsExpire,
    hasEager: SETTINGS.eager.length > 0,
    log,
  });
  for (const { record, tasks } of read) {
    const task = tasks.find((each) => !('eager' in each) && failures.has(keyOf(each)));
    if (task) failed.set(record, failures.get(keyOf(task)));
  }
  await pMap(
    read,
    async ({ record, tasks: [task] }) => {
      if (!task || !('eager' in task)) return;
      await runEager(task).catch((error: unknown) => failed.set(record, error));
    },
    { concurrency: EAGER_CONCURRENCY },
  );
  for (const [{ messageId }, error] of failed) log({ failed: messageId, error: String(error) });
  await queue.backOff([...failed.keys()]);
  return { batchItemFailures: [...failed.keys()].map(({ messageId }) => ({ itemIdentifier: messageId })) };
}
