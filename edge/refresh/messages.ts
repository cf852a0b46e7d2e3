/**
 * The messages of the queue: events of S3, from its own notifications or from EventBridge, and tasks that the function
 * sends to itself for later.
 */

/** Makes the eager sizes of a key, once the invalidation is complete. */
export interface EagerTask {
  eager: string;
  invalidation?: string | undefined;
  attempt: number;
}

/** A task in a message. Keys are those in URLs, without the prefix of the originals. */
export type Task =
  /** An original was created, changed or deleted. */
  | { changed: string }
  /** The second pass over a key. `listed`: whether an earlier pass found any variant. */
  | { again: string; listed: boolean }
  | EagerTask;

/** The key that a task is about. */
export const keyOf = (task: Task): string =>
  'changed' in task ? task.changed : 'again' in task ? task.again : task.eager;

interface S3Notification {
  Event?: string;
  Records?: { s3: { object: { key: string } } }[];
}

interface BridgeEvent {
  source?: string;
  detail?: { object?: { key?: string } };
}

/** S3 User Guide: notification-content-structure. The key of a notification is form-encoded. */
const formDecode = (key: string): string => decodeURIComponent(key.replaceAll('+', ' '));

const isTask = (message: object): message is Task => 'changed' in message || 'again' in message || 'eager' in message;

/**
 * Reads the body of a message.
 * @returns no tasks for S3's test event and for keys outside the prefix
 * @throws Error for any other body
 */
export function parseMessage(body: string, prefix: string): Task[] {
  const message = JSON.parse(body) as S3Notification & BridgeEvent;
  if (isTask(message)) return [message];
  if (message.Event === 's3:TestEvent') return [];
  const keys = message.Records
    ? message.Records.map(({ s3 }) => formDecode(s3.object.key))
    : message.source === 'aws.s3' && message.detail?.object?.key !== undefined
      ? [message.detail.object.key]
      : undefined;
  if (!keys) throw new Error(`A message that is no event of S3: ${body.slice(0, 200)}`);
  return keys.filter((key) => key.startsWith(prefix)).map((key) => ({ changed: key.slice(prefix.length) }));
}
