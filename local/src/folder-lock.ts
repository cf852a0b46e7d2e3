import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** No bucket has such a name. */
const NAME = '_lock';

/** The process that has a folder for itself. */
interface Holder {
  pid: number;
  /** When it began, to tell it from a later one of the same id. */
  began: string;
}

/**
 * Refuses a folder that another process of this machine has locked.
 * @throws Error of one line that names the process
 */
export function checkUnlocked(folder: string): void {
  const text = read(folder);
  if (text !== undefined) checkDead(folder, text);
}

/**
 * Locks a folder until `close`, or until the process ends, however that happens.
 * @throws Error of one line that names the process which has it
 */
export function lockFolder(folder: string): { close(): Promise<void> } {
  mkdirSync(folder, { recursive: true });
  const lock = join(folder, NAME);
  const own = `${lock}.${randomUUID()}`;
  // Complete before it has its name, so that nobody reads half of it.
  writeFileSync(own, JSON.stringify({ pid: process.pid, began: beganAt(process.pid) ?? '' } satisfies Holder));
  try {
    while (!isLinked(own, lock)) removeStale(folder);
  } finally {
    rmSync(own);
  }
  return { close: async () => rmSync(lock, { force: true }) };
}

function isLinked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

function removeStale(folder: string): void {
  const stale = read(folder);
  if (stale === undefined) return;
  checkDead(folder, stale);
  const lock = join(folder, NAME);
  const aside = `${lock}.${randomUUID()}`;
  try {
    renameSync(lock, aside);
  } catch {
    // Another process has been faster.
    return;
  }
  // It may have put its own there meanwhile.
  if (readFileSync(aside, 'utf8') !== stale) isLinked(aside, lock);
  rmSync(aside);
}

function checkDead(folder: string, text: string): void {
  const holder = parse(text);
  const began = holder && beganAt(holder.pid);
  if (began === undefined || began !== holder?.began) return;
  throw new Error(`${folder} is in use by process ${holder.pid}; end it, or choose another folder with --data.`);
}

function read(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, NAME), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

function parse(text: string): Holder | undefined {
  try {
    const { pid, began } = JSON.parse(text) as Holder;
    return Number.isInteger(pid) && pid > 0 ? { pid, began } : undefined;
  } catch {
    return undefined;
  }
}

/** When a process began, in whatever words the system has for that; undefined where there is no such process. */
function beganAt(pid: number): string | undefined {
  if (!isAlive(pid)) return undefined;
  if (process.platform === 'linux') return beganOnLinux(pid);
  // Windows has no ps: there, the id alone tells.
  return spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '';
}

/** proc(5): the 22nd field is the time since boot, and the second may have spaces in its parentheses. */
function beganOnLinux(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    // A zombie holds nothing any more.
    return fields[0] === 'Z' ? undefined : `${boot} ${fields[22 - 3]}`;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
