/**
 * Keeps variants as fresh as their originals: a Lambda function in the region of the originals, fed from a queue of
 * S3's events.
 *
 * The build adds a first line to the bundle, which reads `SETTINGS` from `settings.json`.
 */
import { S3Client } from '@aws-sdk/client-s3';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import pMap from 'p-map';
import type { RefreshSettings } from '../config/settings';
import { StackDistribution, readStackParameter } from './distribution';
import { runEager } from './eager';
import { MemberCookies } from './member-cookies';
import { type Task, keyOf, parseMessage } from './messages';
import { type Change, OutOfTimeError, pass } from './pass';
import { RefreshQueue } from './queue';
import { storageOf } from './storage';
import { VARIABLES } from './variables';

declare const SETTINGS: RefreshSettings;

/** How many originals have their eager sizes made at a time. */
const EAGER_CONCURRENCY = 4;

/** With less time left than this, no work is started, so that started work can finish. */
const ENDING_MS = 60_000;

/** A message with its tasks and its outcome. */
interface Message {
  record: SQSRecord;
  tasks: Task[];
  /** Why it has to be retried; undefined if it is done. */
  error?: unknown;
}

const variable = (name: keyof typeof VARIABLES): string => process.env[VARIABLES[name]] ?? '';

const prefix = variable('originalsPrefix');
const queue = new RefreshQueue(variable('queueUrl'));
const distribution = new StackDistribution(
  variable('distributionParameter'),
  SETTINGS.grammar.base,
  SETTINGS.keysBeforeAll,
);
const clients = { originals: new S3Client(), variants: new S3Client({ region: variable('variantsRegion') }) };
const storage = storageOf({
  originals: { client: clients.originals, bucket: variable('originalsBucket'), prefix },
  variants: { client: clients.variants, bucket: variable('variantsBucket') },
  generation: SETTINGS.generation,
  base: SETTINGS.grammar.base,
});
const log = (line: object): void => console.log(JSON.stringify(line));

const send = (tasks: Task[], delaySeconds: number) => queue.send(tasks, delaySeconds);

const services = {
  storage,
  send,
  invalidate: (keys: string[]) => distribution.invalidate(keys),
  variantsExpire: SETTINGS.variantsExpire,
  hasEager: SETTINGS.eager.length > 0,
};

const { eagerKey } = SETTINGS;
const cookies = eagerKey && new MemberCookies(eagerKey, () => readStackParameter(variable('distributionParameter')));

const eagerServices = {
  grammar: SETTINGS.grammar,
  sizes: SETTINGS.eager,
  errorSeconds: SETTINGS.errorSeconds,
  url: () => distribution.url(),
  ...(cookies && { cookie: () => cookies.header() }),
  send,
  log,
};

/** The entry point. It reports failures message by message, so that only these are retried. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  try {
    return await refresh(event, context);
  } finally {
    // S3 closes connections while the process is frozen. Requests of the next batch would fail over them, more often than a
    // client retries.
    for (const client of Object.values(clients)) client.destroy();
  }
}

async function refresh({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const isLate = () => context.getRemainingTimeInMillis() < ENDING_MS;
  const messages = Records.map(readMessage);
  const { refreshed, failures } = await pass(changesOf(messages), { ...services, isLate });
  for (const { key, ...result } of refreshed) log({ refreshed: key, ...result });
  const isComplete = askOnce((invalidation) => distribution.isComplete(invalidation));
  const outcomes = await pMap(messages, (message) => outcomeOf(message, failures, isLate, isComplete), {
    concurrency: EAGER_CONCURRENCY,
  });
  const failed = await postpone(outcomes.filter((outcome) => 'error' in outcome));
  for (const { record, error } of failed) log({ failed: record.messageId, error: String(error) });
  await queue.backOff(failed.map(({ record }) => record));
  return { batchItemFailures: failed.map(({ record }) => ({ itemIdentifier: record.messageId })) };
}

/** Parses a message. An invalid one fails alone. */
function readMessage(record: SQSRecord): Message {
  try {
    return { record, tasks: parseMessage(record.body, prefix) };
  } catch (error) {
    return { record, tasks: [], error };
  }
}

/** Merges the messages of a batch into one change for each key. */
function changesOf(messages: Message[]): Change[] {
  const changes = new Map<string, Change>();
  for (const task of messages.flatMap(({ tasks }) => tasks)) {
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

/** Asks once for each name, and remembers the answer. */
function askOnce(ask: (name: string) => Promise<boolean>): (name: string) => Promise<boolean> {
  const asked = new Map<string, Promise<boolean>>();
  return (name) => {
    const answer = asked.get(name) ?? ask(name);
    asked.set(name, answer);
    return answer;
  };
}

/** The message with its outcome: that of the pass, or of making its eager sizes now. */
async function outcomeOf(
  message: Message,
  failures: Map<string, unknown>,
  isLate: () => boolean,
  isComplete: (invalidation: string) => Promise<boolean>,
): Promise<Message> {
  const failed = message.tasks.find((task) => !('eager' in task) && failures.has(keyOf(task)));
  if (failed) return { ...message, error: failures.get(keyOf(failed)) };
  const [task] = message.tasks;
  if (!task || !('eager' in task)) return message;
  if (isLate()) return { ...message, error: new OutOfTimeError() };
  try {
    await runEager(task, { ...eagerServices, isComplete });
    return message;
  } catch (error) {
    return { ...message, error };
  }
}

/**
 * Sends messages for which there was no time back to the queue as new ones, so that they do not count as failures.
 * @returns the remaining failures
 */
async function postpone(failed: Message[]): Promise<Message[]> {
  const late = failed.filter(({ error }) => error instanceof OutOfTimeError);
  if (late.length === 0) return failed;
  const tasks = late.flatMap((message) => message.tasks);
  const unsent = new Set(await queue.send(tasks, 0));
  log({ postponed: late.length });
  return failed.filter((message) => !late.includes(message) || message.tasks.some((task) => unsent.has(task)));
}
