import { wildcard } from './iam/wildcard';
import { type S3ErrorCode, isS3ErrorCode } from './s3/errors';

/** How a request fails. */
export type FaultOutcome =
  | { kind: 'status'; status: number }
  | { kind: 'code'; code: S3ErrorCode }
  /** The service's own throttling error. */
  | { kind: 'throttle' }
  /** The answer breaks off half way. */
  | { kind: 'cut' }
  /** The connection is reset before anything is done. */
  | { kind: 'reset' };

/** A failure to inject. */
export interface Fault {
  /** `service:Operation` with wildcards, in any case: `s3:GetObject`, `s3:*`, `lambda:Invoke`. */
  action: string;
  latencyMs?: number;
  outcome?: FaultOutcome;
  /** The share of matching requests to hit, 0 to 1; all by default. */
  rate?: number;
  /** The number of requests to hit; unlimited by default. */
  times?: number;
  /** Limits it to requests whose key matches; wildcards allowed. */
  key?: string;
  bucket?: string;
}

/** What happens to one request. */
export interface FaultHit {
  latencyMs: number;
  outcome?: FaultOutcome;
}

const ALLOWED =
  "write 'service:Action=WHAT[,WHAT…]', WHAT being a status of 400 to 599, an error code of S3, throttle, cut, reset, latency=MS, rate=0..1, times=N, key=GLOB or bucket=NAME";

/**
 * Parses a fault as typed on the command line, such as `s3:GetObject=503,rate=0.3`.
 *
 * @throws Error of one line that says what is allowed
 */
export function parseFault(text: string): Fault {
  const [, action, terms] = /^([a-z0-9*?-]+:[a-z0-9*?]+)=(.+)$/i.exec(text) ?? [];
  if (action === undefined || terms === undefined) throw invalidFault(text, 'it has no action');
  const fault: Fault = { action };
  for (const term of terms.split(',')) applyTerm(fault, term, text);
  if (!fault.outcome && fault.latencyMs === undefined) throw invalidFault(text, 'it has neither outcome nor latency');
  return fault;
}

function applyTerm(fault: Fault, term: string, text: string): void {
  const separator = term.indexOf('=');
  const name = separator < 0 ? term : term.slice(0, separator);
  const value = separator < 0 ? undefined : term.slice(separator + 1);
  if (value === undefined) {
    if (fault.outcome) throw invalidFault(text, `${term} is a second outcome`);
    fault.outcome = parseOutcome(name, text);
  } else if (name === 'latency') fault.latencyMs = parseNumber(value, 0, Infinity, text);
  else if (name === 'rate') fault.rate = parseNumber(value, 0, 1, text);
  else if (name === 'times') fault.times = parseNumber(value, 1, Infinity, text, /^\d+$/);
  else if (name === 'key') fault.key = value;
  else if (name === 'bucket') fault.bucket = value;
  else throw invalidFault(text, `${name} is unknown`);
}

function parseOutcome(name: string, text: string): FaultOutcome {
  if (name === 'throttle' || name === 'cut' || name === 'reset') return { kind: name };
  if (/^[45]\d\d$/.test(name)) return { kind: 'status', status: Number(name) };
  if (isS3ErrorCode(name)) {
    if (!/^s3:/i.test(text)) throw invalidFault(text, `only S3 has the error ${name}`);
    return { kind: 'code', code: name };
  }
  throw invalidFault(text, `${name} is unknown`);
}

function parseNumber(value: string, min: number, max: number, text: string, format = /^\d+(\.\d+)?$/): number {
  const parsed = format.test(value) ? Number(value) : NaN;
  if (!(parsed >= min && parsed <= max)) throw invalidFault(text, `${value} is out of range`);
  return parsed;
}

function invalidFault(text: string, problem: string): Error {
  return new Error(`fault '${text}': ${problem}; ${ALLOWED}`);
}

interface FaultTarget {
  bucket?: string | undefined;
  key?: string | undefined;
}

interface ArmedFault extends Fault {
  actionPattern: RegExp;
  keyPattern: RegExp | undefined;
  remaining: number;
}

/** The faults in force. Which requests a `rate` hits depends only on the seed and the order of requests. */
export class Faults {
  #armed: ArmedFault[] = [];
  #state: number;

  constructor(faults: readonly (Fault | string)[] = [], seed = 1) {
    this.#state = seed;
    for (const fault of faults) this.add(fault);
  }

  /** @throws as `parseFault`, for a string */
  add(fault: Fault | string): void {
    const parsed = typeof fault === 'string' ? parseFault(fault) : fault;
    this.#armed.push({
      ...parsed,
      actionPattern: wildcard(parsed.action, { ignoreCase: true }),
      keyPattern: parsed.key === undefined ? undefined : wildcard(parsed.key),
      remaining: parsed.times ?? Infinity,
    });
  }

  clear(): void {
    this.#armed = [];
  }

  /** Combines the faults that hit a request: all their latencies, and the first outcome. Counts towards `times`. */
  match(action: string, target: FaultTarget = {}): FaultHit | undefined {
    const hits = this.#armed.filter((fault) => this.#hits(fault, action, target));
    if (hits.length === 0) return undefined;
    const outcome = hits.find((fault) => fault.outcome)?.outcome;
    const latencyMs = hits.reduce((sum, fault) => sum + (fault.latencyMs ?? 0), 0);
    return outcome ? { latencyMs, outcome } : { latencyMs };
  }

  #hits(fault: ArmedFault, action: string, { bucket, key }: FaultTarget): boolean {
    if (fault.remaining < 1 || !fault.actionPattern.test(action)) return false;
    if (fault.bucket !== undefined && fault.bucket !== bucket) return false;
    if (fault.keyPattern && !fault.keyPattern.test(key ?? '')) return false;
    if (fault.rate !== undefined && this.#random() >= fault.rate) return false;
    fault.remaining -= 1;
    return true;
  }

  /** From 0 up to 1, by mulberry32. */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
