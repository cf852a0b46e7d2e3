import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock';
import { type Principal, describePrincipal, evaluate } from '../iam/evaluate';

/** A log group of a region. */
export interface LogGroupName {
  name: string;
  region: string;
}

/** An event of a log group; times are milliseconds since the epoch. */
export interface LogEvent {
  eventId: string;
  logStreamName: string;
  timestamp: number;
  ingestionTime: number;
  message: string;
}

/** Events of a group that are kept, the latest ones. They are in memory, and gone when the process ends. */
const MAX_EVENTS = 20_000;

const arnOf = ({ name, region }: LogGroupName, account: string): string =>
  `arn:aws:logs:${region}:${account}:log-group:${name}:log-stream:`;

/** The log groups of CloudWatch Logs in all regions. */
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

  /** Makes a group, as a deployment does. */
  create(group: LogGroupName): void {
    if (!this.#find(group)) this.#groups.set(keyOf(group), []);
  }

  /** The events of a group in the order of their times; undefined if there is no such group. */
  eventsOf(group: LogGroupName): readonly LogEvent[] | undefined {
    return this.#find(group);
  }

  /** The ARN that permissions name. */
  arnOf(group: LogGroupName): string {
    return arnOf(group, this.#account);
  }

  /** A log of a function, which its role has to be allowed to write. Lambda Developer Guide: monitoring-cloudwatchlogs. */
  writerFor(group: LogGroupName, role: Principal): (message: string) => void {
    const stream = `local/${randomUUID().replaceAll('-', '')}`;
    return (message) => {
      const isNew = !this.#find(group);
      const needed = [
        ...(isNew ? ['logs:CreateLogGroup', 'logs:CreateLogStream'] : ['logs:CreateLogStream']),
        'logs:PutLogEvents',
      ];
      const refusal = needed.find((action) => !this.#isAllowed(role, action, group, stream));
      if (refusal) this.#tellOnce(`${describePrincipal(role)} may not ${refusal}: ${group.name} gets no log`);
      else this.#add(group, stream, message);
    };
  }

  /** Writes as an AWS service does, with permissions of its own. */
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

  #tellOnce(line: string): void {
    if (this.#refusals.has(line)) return;
    this.#refusals.add(line);
    this.#log(line);
  }
}

const keyOf = ({ name, region }: LogGroupName): string => `${region} ${name}`;
