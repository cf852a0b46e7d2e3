import { Command, CommanderError, Help } from 'commander';
import type { Readable, Writable } from 'node:stream';
import { ConfigError } from '../edge/config/checked';
import { printable, printableLines } from './printable';
import { UsageError } from './usage';

/** Exit codes of all commands: 2 where nothing has been done, since it cannot be; for Ctrl-C that of a shell. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** How long output may take to be written after a failure. */
const LINGER_MS = 1_000;

/** One Ctrl-C of a terminal reaches a process twice where npm has started it: what comes this soon is the same one. */
const SAME_INTERRUPTION_MS = 500;

/** Where a command reads, prints, and learns that it is to stop. */
export interface Streams {
  stdin: Readable;
  stdout: Writable & { isTTY?: boolean };
  stderr: Writable & { isTTY?: boolean };
  /** Aborts with Ctrl-C. Until it is first called, Ctrl-C ends the process, and so does the second one. */
  interruption(): AbortSignal;
}

type Invocation = (command: string) => string;

/** ECMA-48: back to the first column, and the line is empty. */
const CLEAR_LINE = '\r\x1b[2K';

/** Cut off where the terminal ends, since what wraps cannot be cleared; then back, so that what Ctrl-C echoes is cleared, too. */
const drawnLine = (text: string): string => `\x1b[?7l${CLEAR_LINE}${text}\x1b[?7h\r`;

/** What a person reads: each call is one line, whatever there is in it. */
export class Terminal {
  readonly streams: Streams;
  /** How a person runs a command, by its name. */
  readonly invocation: Invocation;
  /** What the last line shows; undefined for nothing. */
  #status: string | undefined;

  constructor(streams: Streams, invocation: Invocation = (name) => `npm run ${name} --`) {
    this.streams = streams;
    this.invocation = invocation;
  }

  /** The same for commands that are run in another way. */
  invokedBy(invocation: Invocation): Terminal {
    return new Terminal(this.streams, invocation);
  }

  print(line: string): void {
    this.printAsIs(printable(line));
  }

  warn(line: string): void {
    this.#write(this.streams.stderr, `${printable(line)}\n`);
  }

  /** As `printLines`, for what went wrong. */
  warnLines(text: string): void {
    this.#write(this.streams.stderr, `${printableLines(text)}\n`);
  }

  /** Whether `showStatus` shows anything. */
  get hasStatusLine(): boolean {
    return this.streams.stderr.isTTY === true && process.env['TERM'] !== 'dumb';
  }

  /**
   * Shows what is going on in the last line of a terminal, in place of what was there; without a terminal it does
   * nothing. What is printed meanwhile stands above it.
   */
  showStatus(text: string): void {
    if (!this.hasStatusLine) return;
    if (this.#status === undefined) process.once('exit', this.#clearAtExit);
    this.#status = printable(text);
    this.streams.stderr.write(drawnLine(this.#status));
  }

  /** Says what is going on: in the last line of a terminal, elsewhere in a line on standard error. */
  showProgress(text: string): void {
    if (this.hasStatusLine) this.showStatus(text);
    else this.warn(text);
  }

  hideStatus(): void {
    if (this.#status === undefined) return;
    process.off('exit', this.#clearAtExit);
    this.#status = undefined;
    this.streams.stderr.write(CLEAR_LINE);
  }

  readonly #clearAtExit = (): void => this.hideStatus();

  #write(stream: Writable, text: string): void {
    if (this.#status === undefined) {
      stream.write(text);
      return;
    }
    this.streams.stderr.write(CLEAR_LINE);
    stream.write(text);
    this.streams.stderr.write(drawnLine(this.#status));
  }

  /** For texts of this project that have several lines, such as a table; what is from outside is printable already. */
  printLines(text: string): void {
    this.printAsIs(printableLines(text));
  }

  /** For what machines read: the exact data. */
  printAsIs(text: string): void {
    this.#write(this.streams.stdout, `${text}\n`);
  }
}

/** A command from its arguments to its exit code, 0 where it returns none. What it throws is an error of one line, apart from a ConfigError. */
export type Main = (args: string[], terminal: Terminal) => Promise<number | void>;

/** The streams of this process. */
function ownStreams(): Streams {
  let interrupted: AbortController | undefined;
  const interruption = () => {
    if (interrupted) return interrupted.signal;
    const controller = (interrupted = new AbortController());
    let first: number | undefined;
    const interrupt = () => {
      first ??= performance.now();
      if (!controller.signal.aborted) controller.abort();
      else if (performance.now() - first > SAME_INTERRUPTION_MS) process.exit(EXIT.interrupted);
    };
    process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
    return controller.signal;
  };
  return { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, interruption };
}

const isEmpty = (value: unknown): boolean =>
  value === false || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);

/** A default that says no more than the option's absence is none for who reads the help. */
const optionDescription: Help['optionDescription'] = (option) => {
  const shown = Object.create(option) as typeof option;
  if (isEmpty(option.defaultValue) && option.defaultValueDescription === undefined) shown.defaultValue = undefined;
  return new Help().optionDescription(shown);
};

/** A command, which refuses what it does not know in one line. */
export const commandLine = (name: string, { streams, invocation } = new Terminal(ownStreams())): Command =>
  new Command(invocation(name))
    .configureOutput({
      writeOut: (text) => void streams.stdout.write(text),
      writeErr: (text) => void streams.stderr.write(printableLines(text)),
      outputError: (text, write) => write(text.replace(/^error: /, '')),
    })
    .configureHelp({ optionDescription })
    .allowExcessArguments(false)
    .exitOverride();

/** Runs a command to its end: an error is one line on stderr, and an exit code. */
export async function execute(main: Main, args: string[], streams: Streams): Promise<number> {
  const terminal = new Terminal(streams);
  try {
    return (await main(args, terminal)) ?? EXIT.done;
  } catch (error) {
    terminal.hideStatus();
    // Commander has said it.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof ConfigError) terminal.warnLines(message);
    else terminal.warn(message);
    return error instanceof UsageError || error instanceof ConfigError ? EXIT.usage : EXIT.failed;
  }
}

/** Runs a command as this process. A reader who has left is no error. */
export function runCommand(main: Main): void {
  const finish = (code: number) => {
    process.exitCode = code;
    // What is not read of it would keep the process alive.
    process.stdin.destroy();
    // So would a server that a failure has left open.
    if (code !== EXIT.done) setTimeout(() => process.exit(), LINGER_MS).unref();
  };
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`The output cannot be written: ${printable(error.message)}.\n`);
    finish(EXIT.failed);
  });
  void execute(main, process.argv.slice(2), ownStreams()).then(finish);
}
