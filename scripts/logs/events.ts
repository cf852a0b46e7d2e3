import {
  CloudWatchLogsClient,
  ResourceNotFoundException,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import type { LogGroup } from '../../edge/stack-parameter';

export interface LogEvent {
  id: string;
  /** Milliseconds since the epoch. */
  time: number;
  message: string;
}

/** Events arrive up to this late, so the latest ones are read again and duplicates dropped. */
const LATE_MS = 30_000;

/** Reads a log group repeatedly, and returns each event once. */
export class LogReader {
  readonly #group: LogGroup;
  readonly #client: CloudWatchLogsClient;
  readonly #seen = new Map<string, number>();
  #from: number;

  /** @param from milliseconds since the epoch */
  constructor(group: LogGroup, from: number) {
    this.#group = group;
    this.#client = new CloudWatchLogsClient({ region: group.region });
    this.#from = from;
  }

  /** New events in order; none if the function has not logged yet. @throws what CloudWatch Logs fails with */
  async next(): Promise<LogEvent[]> {
    const found: LogEvent[] = [];
    const pages = paginateFilterLogEvents(
      { client: this.#client },
      { logGroupName: this.#group.name, startTime: Math.max(0, this.#from) },
    );
    try {
      for await (const { events = [] } of pages) {
        for (const { eventId, timestamp = 0, message = '' } of events) {
          const id = eventId ?? `${timestamp} ${message}`;
          if (!this.#seen.has(id)) found.push({ id, time: timestamp, message: message.trimEnd() });
          this.#seen.set(id, timestamp);
        }
      }
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return [];
      throw error;
    }
    const latest = Math.max(this.#from, ...found.map(({ time }) => time));
    this.#from = Math.max(this.#from, latest - LATE_MS);
    for (const [id, time] of this.#seen) if (time < this.#from) this.#seen.delete(id);
    return found.sort((a, b) => a.time - b.time);
  }
}
