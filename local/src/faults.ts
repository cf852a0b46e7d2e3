import { wildcard } from './iam/wildcard';
import { type S3ErrorCode, isS3ErrorCode } from './s3/errors';

/** How a request fails. */
export type FaultOutcome =
  /** The service answers with this HTTP status. */
  | { kind: 'status'; status: number }
  /** S3 answers with this error. */
  | { kind: 'code'; code: S3ErrorCode }
  /** The service refuses because of too many requests, in its own manner. */
  | { kind: 'throttle' }
  /** The answer breaks off half way. */
  | { kind: 'cut' }
  /** The connection is reset before anything is done. */
  | { kind: 'reset' };

/** A failure that is asked for. */
export interface Fault {
  /** `service:Operation`, wildcards allowed, case ignored: `s3:GetObject`, `s3:*`, `lambda:Invoke`. */
  action: string;
  /** Milliseconds to wait first. */
  latencyMs?: number;
  outcome?: FaultOutcome;
  /** The share of matching requests that it hits, 0 to 1; all of them when missing. */
  rate?: number;
  /** How many requests it hits before it is used up; no end when missing. */
  times?: number;
  /** Only requests whose key matches, wildcards allowed. */
  key?: string;
  bucket?: string;
}

/** What to do to one request. */
export interface FaultHit {
  /** Milliseconds, 0 for none. */
  latencyMs: number;
  outcome?: FaultOutcome;
}

const ALLOWED =
  "write 'service:Action=WHAT[,WHAT…]', WHAT being a status of 400 to 599, an error code of S3, throttle, cut, reset, latency=MS, rate=0..1, times=N, key=GLOB or bucket=NAME";

/**
 * Reads a fault as typed on the command line, such as `s3:GetObject=503,rate=0.3`.
 *
 * @throws an error of one line that says what is allowed
 */
export function parseFault(text: string): Fault {
  const [, action, terms] = /^([a-z0-9*?-]+:[a-z0-9*?]+)=(.+)$/i.exec(text) ?? [];
  if (action === undefined || terms === undefined) throw badFault(text, 'no action');
  const fault: Fault = { action };
  for (const term of terms.split(',')) applyTerm(fault, term, text);
  if (!fault.outcome && fault.latencyMs === undefined) throw badFault(text, 'nothing goes wrong');
  return fault;
}

function applyTerm(fault: Fault, term: string, text: string): void {
  const separator = term.indexOf('=');
  const name = separator < 0 ? term : term.slice(0, separator);
  const value = separator < 0 ? undefined : term.slice(separator + 1);
  if (value === undefined) {
    if (fault.outcome) throw badFault(text, `${term} is a second outcome`);
    fault.outcome = parseOutcome(name, text);
  } else if (name === 'latency') fault.latencyMs = number(value, 0, Infinity, text);
  else if (name === 'rate') fault.rate = number(value, 0, 1, text);
  else if (name === 'times') fault.times = number(value, 1, Infinity, text, /^\d+$/);
  else if (name === 'key') fault.key = value;
  else if (name === 'bucket') fault.bucket = value;
  else throw badFault(text, `${name} is unknown`);
}

function parseOutcome(name: string, text: string): FaultOutcome {
  if (name === 'throttle' || name === 'cut' || name === 'reset') return { kind: name };
  if (/^[45]\d\d$/.test(name)) return { kind: 'status', status: Number(name) };
  if (isS3ErrorCode(name)) {
    if (!/^s3:/i.test(text)) throw badFault(text, `${name} is an error of S3 alone`);
    return { kind: 'code', code: name };
  }
  throw badFault(text, `${name} is unknown`);
}

function number(value: string, least: number, most: number, text: string, form = /^\d+(\.\d+)?$/): number {
  const parsed = form.test(value) ? Number(value) : NaN;
  if (!(parsed >= least && parsed <= most)) throw badFault(text, `${value} will not do`);
  return parsed;
}

function badFault(text: string, why: string): Error {
  return new Error(`fault '${text}': ${why}; ${ALLOWED}`);
}

interface ArmedFault extends Fault {
  actions: RegExp;
  keys: RegExp | undefined;
  left: number;
}

/** The faults in force. Which requests a `rate` hits depends on the seed and on the order of the requests alone. */
export class Faults {
  #armed: ArmedFault[] = [];
  #state: number;

  constructor(faults: readonly (Fault | string)[] = [], seed = 1) {
    this.#state = seed;
    for (const fault of faults) this.add(fault);
  }

  /** @throws as `parseFault`, for a text */
  add(fault: Fault | string): void {
    const parsed = typeof fault === 'string' ? parseFault(fault) : fault;
    this.#armed.push({
      ...parsed,
      actions: wildcard(parsed.action, { ignoreCase: true }),
      keys: parsed.key === undefined ? undefined : wildcard(parsed.key),
      left: parsed.times ?? Infinity,
    });
  }

  clear(): void {
    this.#armed = [];
  }

  /** The faults that hit a request: the sum of their latencies, and the first outcome. Counts towards `times`. */
  match(action: string, target: { bucket?: string | undefined; key?: string | undefined } = {}): FaultHit | undefined {
    const hits = this.#armed.filter((fault) => this.#hits(fault, action, target));
    if (hits.length === 0) return undefined;
    const outcome = hits.find((fault) => fault.outcome)?.outcome;
    const latencyMs = hits.reduce((sum, fault) => sum + (fault.latencyMs ?? 0), 0);
    return outcome ? { latencyMs, outcome } : { latencyMs };
  }

  #hits(fault: ArmedFault, action: string, { bucket, key }: { bucket?: string | undefined; key?: string | undefined }) {
    if (fault.left < 1 || !fault.actions.test(action)) return false;
    if (fault.bucket !== undefined && fault.bucket !== bucket) return false;
    if (fault.keys && !fault.keys.test(key ?? '')) return false;
    if (fault.rate !== undefined && this.#random() >= fault.rate) return false;
    fault.left -= 1;
    return true;
  }

  /** A number from 0 up to 1 (the generator known as mulberry32). */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
