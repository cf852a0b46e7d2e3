import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A bucket's name cannot begin with an underscore. */
const LOCK_FILE = '_lock';

/** The process that holds a lock. */
interface Holder {
  pid: number;
  /** Tells it from a later process with the same id. */
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
 * Locks a folder until `close`, or until the process ends, even by a crash.
 * @throws Error of one line that names the process that holds it
 */
export function lockFolder(folder: string): { close(): Promise<void> } {
  mkdirSync(folder, { recursive: true });
  const lock = join(folder, LOCK_FILE);
  const own = `${lock}.${randomUUID()}`;
  // Written in full before it gets its name, so that nobody reads half of it.
  writeFileSync(own, JSON.stringify({ pid: process.pid, began: startTimeOf(process.pid) ?? '' } satisfies Holder));
  try {
    while (!tryLink(own, lock)) removeStale(folder);
  } finally {
    rmSync(own);
  }
  return { close: async () => rmSync(lock, { force: true }) };
}

function tryLink(from: string, to: string): boolean {
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
  const lock = join(folder, LOCK_FILE);
  const moved = `${lock}.${randomUUID()}`;
  try {
    renameSync(lock, moved);
  } catch {
    // Another process was faster.
    return;
  }
  // Another process may have replaced the stale lock by its own: put that back.
  if (readFileSync(moved, 'utf8') !== stale) tryLink(moved, lock);
  rmSync(moved);
}

function checkDead(folder: string, text: string): void {
  const holder = parse(text);
  const began = holder && startTimeOf(holder.pid);
  if (began === undefined || began !== holder?.began) return;
  throw new Error(`${folder} is in use by process ${holder.pid}; end it, or choose another folder with --data.`);
}

function read(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, LOCK_FILE), 'utf8');
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

/** When a process started, in the system's own format; undefined if there is no such process. */
function startTimeOf(pid: number): string | undefined {
  if (!isAlive(pid)) return undefined;
  if (process.platform === 'linux') return startTimeOnLinux(pid);
  // Windows has no ps; there the id has to do.
  return spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '';
}

/** proc(5): field 22 is the time since boot; field 2 is in parentheses and may have spaces. */
function startTimeOnLinux(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    // A zombie no longer uses the folder.
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
