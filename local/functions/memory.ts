import { readFileSync } from 'node:fs';

const KIB_PER_MIB = 1024;

/** The most memory that a process has had, in MiB; nothing where the system does not say (only Linux does). */
export function peakMemoryMb(pid: number): number | undefined {
  try {
    const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kib === undefined ? undefined : Number(kib) / KIB_PER_MIB;
  } catch {
    return undefined;
  }
}
