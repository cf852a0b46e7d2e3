import { spawn } from '@lydell/node-pty';
import { Terminal } from '@xterm/headless';
import { PROJECT } from './started';

/** A script in a terminal of its own. */
export interface OnScreen {
  /** The lines that the terminal shows, from the top of its history, without empty ones at the end. */
  lines(): string[];
  /** All that has been written, control sequences included. */
  written(): string;
  /** Waits until what is shown will do, or the script has ended. */
  until(isDone: (shown: string) => boolean): Promise<void>;
  /** What a person types: `\x03` is Ctrl-C. */
  type(keys: string): void;
  kill(): void;
  /** The exit code. */
  finished: Promise<number>;
}

/** Runs a script of the project in a pseudo-terminal, whose screen is what a person sees. */
export function onScreen(
  script: string,
  args: string[],
  { columns = 100, environment = {} }: { columns?: number; environment?: Record<string, string> } = {},
): OnScreen {
  const terminal = new Terminal({ cols: columns, rows: 50, scrollback: 10_000, allowProposedApi: true });
  const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env;
  const child = spawn(process.execPath, ['--no-warnings', '--import', 'tsx', `scripts/${script}.ts`, ...args], {
    cols: columns,
    rows: 50,
    cwd: PROJECT,
    env: { ...inherited, TERM: 'xterm-256color', ...environment },
  });
  let written = '';
  /** Each looks at the screen once it has changed. */
  const observers = new Set<() => void>();
  const observe = () => observers.forEach((look) => look());
  child.onData((data) => {
    written += data;
    terminal.write(data, observe);
  });
  let hasEnded = false;
  const finished = new Promise<number>((resolve) => {
    child.onExit(({ exitCode }) => {
      // The terminal takes what it is written in its own time.
      terminal.write('', () => {
        hasEnded = true;
        observe();
        resolve(exitCode);
      });
    });
  });
  const lines = () => {
    const { buffer } = terminal;
    const all = Array.from({ length: buffer.active.length }, (_unused, index) =>
      buffer.active.getLine(index)!.translateToString(true),
    );
    return all.slice(0, all.findLastIndex((line) => line !== '') + 1);
  };
  return {
    lines,
    written: () => written,
    until: (isDone) =>
      new Promise((resolve) => {
        const look = () => {
          if (!hasEnded && !isDone(lines().join('\n'))) return;
          observers.delete(look);
          resolve();
        };
        observers.add(look);
        look();
      }),
    type: (keys) => child.write(keys),
    kill: () => child.kill('SIGKILL'),
    finished,
  };
}
