import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock';
import { type Principal, describePrincipal, evaluate } from '../iam/evaluate';

/** Identifies a log group. */
export interface LogGroupName {
  name: string;
  region: string;
}

/** Times are milliseconds since the epoch. */
export interface LogEvent {
  eventId: string;
  logStreamName: string;
  timestamp: number;
  ingestionTime: number;
  message: string;
}

/** A group keeps its latest events, in memory. */
const MAX_EVENTS = 20_000;

const arnOf = ({ name, region }: LogGroupName, account: string): string =>
  `arn:aws:logs:${region}:${account}:log-group:${name}:log-stream:`;

/** The log groups of all regions. */
export class LogGroups {
  readonly #groups = new Map<string, LogEvent[]>();
  readonly #account: string;
  readonly #clock: Clock;
  readonly #log: (line: string) => void;
  readonly #refusals = new Set<string>();
  #lastId = 0n;

  constructor({ account, clock, log }: { account: string; clock: Clock; log(line: string): void }) {
    this.#account = account;
    this.#clock = clock;
    this.#log = log;
  }

  /** Creates a group unless it exists. */
  create(group: LogGroupName): void {
    if (!this.#find(group)) this.#groups.set(keyOf(group), []);
  }

  /** A group's events, oldest first; undefined if there is no such group. */
  eventsOf(group: LogGroupName): readonly LogEvent[] | undefined {
    return this.#find(group);
  }

  /** The ARN that policies name. */
  arnOf(group: LogGroupName): string {
    return arnOf(group, this.#account);
  }

  /** Writes a function's log, if its role allows that. Lambda Developer Guide: monitoring-cloudwatchlogs. */
  writerFor(group: LogGroupName, role: Principal): (message: string) => void {
    const stream = `local/${randomUUID().replaceAll('-', '')}`;
    return (message) => {
      const isNew = !this.#find(group);
      const needed = [
        ...(isNew ? ['logs:CreateLogGroup', 'logs:CreateLogStream'] : ['logs:CreateLogStream']),
        'logs:PutLogEvents',
      ];
      const refusal = needed.find((action) => !this.#isAllowed(role, action, group, stream));
      if (refusal) this.#logOnce(`${describePrincipal(role)} may not ${refusal}: ${group.name} gets no log`);
      else this.#add(group, stream, message);
    };
  }

  /** Writes without a permission check, as AWS's own services do. */
  write(group: LogGroupName, message: string): void {
    this.#add(group, 'local', message);
  }

  #add(group: LogGroupName, logStreamName: string, message: string): void {
    this.create(group);
    const events = this.#find(group)!;
    const now = this.#clock.now();
    this.#lastId += 1n;
    const eventId = this.#lastId.toString().padStart(56, '0');
    events.push({ eventId, logStreamName, timestamp: now, ingestionTime: now, message: `${message}\n` });
    if (events.length > MAX_EVENTS) events.shift();
  }

  #find(group: LogGroupName): LogEvent[] | undefined {
    return this.#groups.get(keyOf(group));
  }

  #isAllowed(principal: Principal, action: string, group: LogGroupName, stream: string): boolean {
    return evaluate({ principal, action, resource: arnOf(group, this.#account) + stream }, []).allowed;
  }

  #logOnce(line: string): void {
    if (this.#refusals.has(line)) return;
    this.#refusals.add(line);
    this.#log(line);
  }
}

const keyOf = ({ name, region }: LogGroupName): string => `${region} ${name}`;
