/**
 * Keeps variants as fresh as their originals: a Lambda function beside the originals, fed from a queue of S3's events.
 *
 * `SETTINGS` is put in by the build.
 */
import { S3Client } from '@aws-sdk/client-s3';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import pMap from 'p-map';
import type { RefreshSettings } from '../config/settings';
import { DistributionOfStack } from './distribution';
import { runEager } from './eager-task';
import { type Task, keyOf, parseMessage } from './messages';
import { type Change, OutOfTime, pass } from './pass';
import { OwnQueue } from './queue';
import { storageOf } from './storage';
import { VARIABLES } from './variables';

declare const SETTINGS: RefreshSettings;

/** Originals whose eager sizes are made side by side. */
const EAGER_CONCURRENCY = 4;

/** Nothing is begun with less time than this left: what has been begun has to end. */
const ENDING_MS = 60_000;

/** A message, and what it asks for. */
interface Read {
  record: SQSRecord;
  tasks: Task[];
}

const variable = (name: keyof typeof VARIABLES): string => process.env[VARIABLES[name]] ?? '';

const prefix = variable('originalsPrefix');
const queue = new OwnQueue(variable('queueUrl'));
const distribution = new DistributionOfStack(variable('distributionParameter'), SETTINGS.keysBeforeAll);
const clients = { originals: new S3Client(), variants: new S3Client({ region: variable('variantsRegion') }) };
const storage = storageOf({
  originals: { client: clients.originals, bucket: variable('originalsBucket'), prefix },
  variants: { client: clients.variants, bucket: variable('variantsBucket') },
  generation: SETTINGS.generation,
});
const log = (line: object): void => console.log(JSON.stringify(line));

const send = (tasks: Task[], delaySeconds: number) => queue.send(tasks, delaySeconds);

const world = {
  storage,
  send,
  invalidate: (keys: string[]) => distribution.invalidate(keys),
  variantsExpire: SETTINGS.variantsExpire,
  hasEager: SETTINGS.eager.length > 0,
  log,
};

const eagerWorld = {
  grammar: SETTINGS.grammar,
  sizes: SETTINGS.eager,
  errorSeconds: SETTINGS.errorSeconds,
  url: () => distribution.url(),
  send,
  log,
};

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

/** Reads what a batch asks for; a message that cannot be read fails alone. */
function readRecords(records: SQSRecord[], failed: Map<SQSRecord, unknown>): Read[] {
  return records.map((record) => {
    try {
      return { record, tasks: parseMessage(record.body, prefix) };
    } catch (error) {
      failed.set(record, error);
      return { record, tasks: [] };
    }
  });
}

/** The entry point: what fails is reported message by message, and comes again. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  try {
    return await refresh(event, context);
  } finally {
    // S3 closes them while the process is frozen, and as many requests as there were would fail at the next batch: more
    // than a client tries again.
    for (const client of Object.values(clients)) client.destroy();
  }
}

async function refresh({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const failed = new Map<SQSRecord, unknown>();
  const read = readRecords(Records, failed);
  const isLate = () => context.getRemainingTimeInMillis() < ENDING_MS;
  const failures = await pass(changesOf(read.flatMap(({ tasks }) => tasks)), { ...world, isLate });
  for (const { record, tasks } of read) {
    const task = tasks.find((each) => !('eager' in each) && failures.has(keyOf(each)));
    if (task) failed.set(record, failures.get(keyOf(task)));
  }
  const asked = new Map<string, Promise<boolean>>();
  const isComplete = (invalidation: string) => {
    const answer = asked.get(invalidation) ?? distribution.isComplete(invalidation);
    asked.set(invalidation, answer);
    return answer;
  };
  await pMap(
    read,
    async ({ record, tasks: [task] }) => {
      if (!task || !('eager' in task)) return;
      if (isLate()) failed.set(record, new OutOfTime());
      else await runEager(task, { ...eagerWorld, isComplete }).catch((error: unknown) => failed.set(record, error));
    },
    { concurrency: EAGER_CONCURRENCY },
  );
  await postpone(read, failed);
  for (const [{ messageId }, error] of failed) log({ failed: messageId, error: String(error) });
  await queue.backOff([...failed.keys()]);
  return { batchItemFailures: [...failed.keys()].map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

/** What there was no time for has not failed: it goes back into the queue as new, so that it is never given up. */
async function postpone(read: Read[], failed: Map<SQSRecord, unknown>): Promise<void> {
  const late = read.filter(({ record }) => failed.get(record) instanceof OutOfTime);
  if (late.length === 0) return;
  const unsent = new Set(
    await queue.send(
      late.flatMap(({ tasks }) => tasks),
      0,
    ),
  );
  for (const { record, tasks } of late) if (!tasks.some((task) => unsent.has(task))) failed.delete(record);
  log({ postponed: late.length });
}
