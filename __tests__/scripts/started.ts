import { type ChildProcess, spawn } from 'node:child_process';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';

/** The folder of the project. */
export const PROJECT = join(__dirname, '..', '..');

/** `npm start` without npm, once it serves. */
export interface Started {
  child: ChildProcess;
  /** What it has printed until then. */
  output: string;
  /** Ends it as Ctrl-C does. @returns its exit code */
  interrupt(): Promise<number | null>;
  kill(): void;
}

/** Starts the local distribution as `npm start` does. @returns as soon as it serves, or has ended */
export function startDistribution(args: string[]): Promise<Started> {
  const child = spawn(process.execPath, ['--no-warnings', '--import', 'tsx', 'scripts/start.ts', ...args], {
    cwd: PROJECT,
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const started: Started = {
    child,
    output: '',
    interrupt: () => {
      child.kill('SIGINT');
      return ended;
    },
    kill: () => void child.kill('SIGKILL'),
  };
  return new Promise((resolve) => {
    const read = (chunk: Buffer) => {
      started.output += chunk.toString();
      if (started.output.includes('(Ctrl-C')) resolve(started);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void ended.then(() => resolve(started));
  });
}

export const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
