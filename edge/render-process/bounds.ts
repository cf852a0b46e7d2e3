/** Limits of a render's time and memory, as shares of the function's. */
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';

export const MIB = 1_048_576;

/**
 * The function's memory in MiB, for all of its processes together. LDG: configuration-envvars, configuration-memory.
 */
const memoryMb = Number(process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'] ?? totalmem() / MIB);

/** Kept free for growth between two polls, and for the base64 of the answer. */
const MARGIN_MB = 96;

/** Limit of the resident memory of the function and the render process together, in bytes. */
export const MAX_RESIDENT = (memoryMb - MARGIN_MB) * MIB;

/**
 * Limit of the data segment of the render process, in KiB, for allocations that are faster than the polling. The
 * function itself takes at least the margin. Memory that the process reserves but does not use counts as well, about 60
 * MB.
 */
export const MAX_DATA_KIB = (memoryMb - MARGIN_MB) * 1_024;

/** A process that holds more than this share of `MAX_RESIDENT` after a render is replaced. */
const MAX_KEPT_SHARE = 0.4;

export const hasGrown = (resident: number): boolean => resident > MAX_RESIDENT * MAX_KEPT_SHARE;

/** Milliseconds between two polls of time and memory. */
export const POLL_MS = 10;

/** How long a process may take to start, in milliseconds; on Lambda it takes 0.2 s. */
export const MAX_START_MS = 5_000;

/** The most milliseconds that count between two polls. If more have passed, the function was frozen. */
const MAX_STEP_MS = 1_000;

/** Shares of the time for one answer: the render, and the put with the response. */
const SHARES = { render: 0.8, put: 0.1 };

/** Time limit of one render, in milliseconds. @param seconds the time for one answer */
export const fullRenderMs = (seconds: number): number => seconds * 1_000 * SHARES.render;

/** Milliseconds for a render, out of those that are left for the answer. @param seconds the time for one answer */
export const renderMsWithin = (left: number, seconds: number): number => left - seconds * 1_000 * SHARES.put;

/** Measures time, without that in which the function was frozen. */
export class RunningClock {
  #last = performance.now();
  #elapsed = 0;

  /** Milliseconds since it was made; call it every `POLL_MS`. */
  read(): number {
    const now = performance.now();
    this.#elapsed += Math.min(now - this.#last, MAX_STEP_MS);
    this.#last = now;
    return this.#elapsed;
  }
}

/** Resident memory of a process in bytes; 0 for a process that has ended, and on systems other than Linux. */
export function residentBytes(pid: number): number {
  try {
    const [, kib = 0] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    return Number(kib) * 1_024;
  } catch {
    return 0;
  }
}
