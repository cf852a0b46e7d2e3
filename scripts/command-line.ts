import { Command, CommanderError, Help } from 'commander';
import type { Readable, Writable } from 'node:stream';
import { ConfigError } from '../edge/config/checked';
import { printable, printableLines } from './printable';
import { UsageError } from './usage';

/** Exit codes of all commands: `usage` means that nothing could be done; `interrupted` is that of shells for Ctrl-C. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Time to write the output after a failure. */
const LINGER_MS = 1_000;

/** If npm has started a process, it gets each Ctrl-C twice. A second one this soon is the same one. */
const SAME_INTERRUPTION_MS = 500;

/** A command's input and output, and its signal to stop. */
export interface Streams {
  stdin: Readable;
  stdout: Writable & { isTTY?: boolean };
  stderr: Writable & { isTTY?: boolean };
  /** Aborts with Ctrl-C. Before the first call, Ctrl-C ends the process; so does a second Ctrl-C. */
  interruption(): AbortSignal;
}

type Invocation = (command: string) => string;

/** Goes to the first column and clears the line. ECMA-48 */
const CLEAR_LINE = '\r\x1b[2K';

/**
 * Does not wrap, since a wrapped line cannot be cleared. Ends in the first column, so that the echo of Ctrl-C is
 * cleared, too.
 */
const drawnLine = (text: string): string => `\x1b[?7l${CLEAR_LINE}${text}\x1b[?7h\r`;

/** Output for people: each call prints one line, whatever the text contains. */
export class Terminal {
  readonly streams: Streams;
  /** How a person runs a command, by its name. */
  readonly invocation: Invocation;
  /** The status line, if one is shown. */
  #status: string | undefined;

  constructor(streams: Streams, invocation: Invocation = (name) => `npm run ${name} --`) {
    this.streams = streams;
    this.invocation = invocation;
  }

  /** The same terminal, for commands that are invoked in another way. */
  invokedBy(invocation: Invocation): Terminal {
    return new Terminal(this.streams, invocation);
  }

  print(line: string): void {
    this.printAsIs(printable(line));
  }

  warn(line: string): void {
    this.#write(this.streams.stderr, `${printable(line)}\n`);
  }

  /** As `printLines`, on standard error. */
  warnLines(text: string): void {
    this.#write(this.streams.stderr, `${printableLines(text)}\n`);
  }

  /** Whether `showStatus` shows anything. */
  get hasStatusLine(): boolean {
    return this.streams.stderr.isTTY === true && process.env['TERM'] !== 'dumb';
  }

  /**
   * Shows a status in the last line of a terminal, below everything that is printed. Does nothing without a terminal.
   */
  showStatus(text: string): void {
    if (!this.hasStatusLine) return;
    if (this.#status === undefined) process.once('exit', this.#clearAtExit);
    this.#status = printable(text);
    this.streams.stderr.write(drawnLine(this.#status));
  }

  /** Shows a status in the last line of a terminal, or else prints it to standard error. */
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

  /** Prints several lines, such as a table. Text from outside in it has to be printable already. */
  printLines(text: string): void {
    this.printAsIs(printableLines(text));
  }

  /** Prints exact data, for machines. */
  printAsIs(text: string): void {
    this.#write(this.streams.stdout, `${text}\n`);
  }
}

/** A command: gets arguments and returns an exit code, 0 by default. Its errors have one line, except for a ConfigError. */
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

/** Leaves empty defaults such as `false` out of the help. */
const optionDescription: Help['optionDescription'] = (option) => {
  const shown = Object.create(option) as typeof option;
  if (isEmpty(option.defaultValue) && option.defaultValueDescription === undefined) shown.defaultValue = undefined;
  return new Help().optionDescription(shown);
};

/** A command that refuses unknown options and arguments with one line. */
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

/** Runs a command. An error becomes one line on standard error and an exit code. */
export async function execute(main: Main, args: string[], streams: Streams): Promise<number> {
  const terminal = new Terminal(streams);
  try {
    return (await main(args, terminal)) ?? EXIT.done;
  } catch (error) {
    terminal.hideStatus();
    // Commander has printed it.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof ConfigError) terminal.warnLines(message);
    else terminal.warn(message);
    return error instanceof UsageError || error instanceof ConfigError ? EXIT.usage : EXIT.failed;
  }
}

/** Runs a command as this process. It is no error if nobody reads the output any more. */
export function runCommand(main: Main): void {
  const finish = (code: number) => {
    process.exitCode = code;
    // Unread input would keep the process alive.
    process.stdin.destroy();
    // So would a server that is still open after a failure.
    if (code !== EXIT.done) setTimeout(() => process.exit(), LINGER_MS).unref();
  };
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`The output cannot be written: ${printable(error.message)}.\n`);
    finish(EXIT.failed);
  });
  void execute(main, process.argv.slice(2), ownStreams()).then(finish);
}
