/** What a render may take of the function's time and memory. */
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';

export const MIB = 1_048_576;

/** The function's memory in MiB, for all of its processes together. LDG: configuration-envvars, configuration-memory. */
const memoryMb = Number(process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'] ?? totalmem() / MIB);

/** Kept free: what grows between two looks at it, and the answer as base64. */
const MARGIN_MB = 96;

/** Resident memory in bytes that the function and its process may come to together. */
export const MAX_RESIDENT = (memoryMb - MARGIN_MB) * MIB;

/**
 * The process's data segment in KiB, set before it starts, for what is allocated faster than anyone looks. The function
 * itself takes at least so much; what the process reserves and does not use counts as well, about 60 MB.
 */
export const MAX_DATA_KIB = (memoryMb - MARGIN_MB) * 1_024;

/** A process that keeps more than this share of `MAX_RESIDENT` after a render makes way for a fresh one. */
const MAX_KEPT = 0.4;

export const isSwollen = (resident: number): boolean => resident > MAX_RESIDENT * MAX_KEPT;

/** How often time and memory are looked at, in milliseconds. */
export const POLL_MS = 10;

/** How long a process may take to start, in milliseconds; on Lambda it takes 0.2 s. */
export const MAX_START_MS = 5_000;

/** Between two looks so many milliseconds count at most: if it was more, the function was frozen in between. */
const MAX_STEP_MS = 1_000;

/** Of the time for one answer, what a render may take, and what has to be left for the put and the way out. */
const SHARES = { render: 0.8, put: 0.1 };

/** The most that one render may take, in milliseconds. @param seconds the time for one answer */
export const fullRenderMs = (seconds: number): number => seconds * 1_000 * SHARES.render;

/** Of the milliseconds that an answer has left, those that a render may use. @param seconds the time for one answer */
export const renderMsWithin = (left: number, seconds: number): number => left - seconds * 1_000 * SHARES.put;

/** Time that has passed while the function ran. */
export class RunningClock {
  #last = performance.now();
  #elapsed = 0;

  /** Milliseconds since it was made; to be asked every `POLL_MS`. */
  read(): number {
    const now = performance.now();
    this.#elapsed += Math.min(now - this.#last, MAX_STEP_MS);
    this.#last = now;
    return this.#elapsed;
  }
}

/** Resident memory of a process in bytes; 0 for one that is gone, and where the system does not say (only Linux does). */
export function residentBytes(pid: number): number {
  try {
    const [, kib = 0] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    return Number(kib) * 1_024;
  } catch {
    return 0;
  }
}
