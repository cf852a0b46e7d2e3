import { readFileSync } from 'node:fs';

/**
 * The kernel's own high-water mark of this process, in megabytes. `process.resourceUsage().maxRSS` would not do: it is
 * inherited from the process that started this one.
 */
export function peakMegabytes(): number {
  const [, kilobytes] = /VmHWM:\s*(\d+) kB/.exec(readFileSync('/proc/self/status', 'latin1'))!;
  return Number(kilobytes) / 1000;
}
