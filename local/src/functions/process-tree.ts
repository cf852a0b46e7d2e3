import { readFileSync, readdirSync } from 'node:fs';

const KIB_PER_MIB = 1024;

/**
 * A process that leads a process group, with its descendants. Only Linux can list these: elsewhere, `end` reaches the
 * group, and the other methods do nothing.
 */
export class ProcessTree {
  readonly #root: number;
  readonly #members: Set<number>;
  /** Unrelated processes. A process never joins the tree later. */
  readonly #others = new Set<number>();

  constructor(root: number) {
    this.#root = root;
    this.#members = new Set([root]);
  }

  /**
   * A lower bound of its peak memory in MiB, undefined if the system does not tell: the highest peak of one process, or
   * what all use together now.
   */
  memoryMb(): number | undefined {
    const memories = this.#find()
      .map(memoryOf)
      .filter((memory) => memory !== undefined);
    if (!memories.length) return undefined;
    const now = memories.reduce((sum, { now: resident }) => sum + resident, 0);
    return Math.max(now, ...memories.map(({ peak }) => peak)) / KIB_PER_MIB;
  }

  /** Stops all processes but the root, which blocks in a read. */
  freeze(): void {
    for (const pid of this.#find()) if (pid !== this.#root) signal(pid, 'SIGSTOP');
  }

  thaw(): void {
    for (const pid of this.#members) if (pid !== this.#root) signal(pid, 'SIGCONT');
  }

  /** Kills all processes. */
  end(): void {
    for (const pid of this.#find()) if (pid !== this.#root) signal(pid, 'SIGKILL');
    signal(-this.#root, 'SIGKILL');
  }

  #find(): number[] {
    const running = runningProcesses();
    for (const pids of [this.#members, this.#others]) for (const pid of pids) if (!running.has(pid)) pids.delete(pid);
    for (const pid of running) {
      if (this.#members.has(pid) || this.#others.has(pid)) continue;
      (this.#isMember(pid) ? this.#members : this.#others).add(pid);
    }
    return [...this.#members];
  }

  #isMember(pid: number): boolean {
    const { parent, group } = ancestryOf(pid) ?? {};
    return group === this.#root || (parent !== undefined && this.#members.has(parent));
  }
}

function runningProcesses(): Set<number> {
  try {
    const pids = readdirSync('/proc').map(Number);
    return new Set(pids.filter((pid) => pid > 0));
  } catch {
    return new Set();
  }
}

function ancestryOf(pid: number): { parent: number; group: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // State, parent and group follow the name, which may itself contain parentheses.
    const [, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(parent), group: Number(group) };
  } catch {
    return undefined;
  }
}

/** In KiB. */
function memoryOf(pid: number): { now: number; peak: number } | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]);
    const [now, peak] = [kib('VmRSS'), kib('VmHWM')];
    return now >= 0 ? { now, peak } : undefined;
  } catch {
    return undefined;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has already ended.
  }
}
