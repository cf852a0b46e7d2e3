import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { type Main, type Streams, execute as executeMain } from '../../scripts/command-line';

const PROJECT = join(__dirname, '..', '..');

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Started {
  /** As Ctrl-C does. */
  interrupt(): void;
  /** As the kernel does, for want of memory. */
  kill(): void;
  /** Stops reading what it prints. */
  leave(): void;
  /** What it has printed so far. */
  stdout(): string;
  finished: Promise<Finished>;
}

/** Starts a script of the project as its npm script does. @param input what it can read, and then the end of it */
export function start(
  script: string,
  args: string[],
  environment: Record<string, string> = {},
  input: string | Buffer = '',
): Started {
  const child = spawn(process.execPath, ['--no-warnings', '--import', 'tsx', `scripts/${script}.ts`, ...args], {
    cwd: PROJECT,
    env: { ...process.env, ...environment },
  });
  child.stdin.end(input);
  const finished: Finished = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (finished.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (finished.stderr += chunk.toString()));
  return {
    interrupt: () => void child.kill('SIGINT'),
    kill: () => void child.kill('SIGKILL'),
    leave: () => void child.stdout.destroy(),
    stdout: () => finished.stdout,
    finished: new Promise((resolve) => child.once('close', (code) => resolve({ ...finished, code }))),
  };
}

/** Runs a script of the project to its end. */
export const command = (...args: Parameters<typeof start>): Promise<Finished> => start(...args).finished;

/** What a command in this process reads and prints. */
export interface Captured extends Streams {
  printed(): Finished;
  interrupt(): void;
}

/** Streams in place of those of a process. @param input what can be read, and then the end of it */
export function capture(input: string | Buffer = ''): Captured {
  const printed: Finished = { code: null, stdout: '', stderr: '' };
  const into = (name: 'stdout' | 'stderr') =>
    new Writable({
      write(chunk: Buffer, _, done) {
        printed[name] += chunk.toString();
        done();
      },
    });
  const interrupted = new AbortController();
  return {
    stdin: Readable.from([Buffer.from(input)], { objectMode: false }),
    stdout: into('stdout'),
    stderr: into('stderr'),
    interruption: () => interrupted.signal,
    interrupt: () => interrupted.abort(),
    printed: () => printed,
  };
}

/** Runs a command in this process, to which the environment belongs meanwhile. */
export async function execute(
  main: Main,
  args: string[],
  environment: Record<string, string> = {},
  streams = capture(),
): Promise<Finished> {
  const before = { ...process.env };
  Object.assign(process.env, environment);
  try {
    const code = await executeMain(main, args, streams);
    return { ...streams.printed(), code };
  } finally {
    process.env = before;
  }
}
