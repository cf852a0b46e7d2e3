import { Command } from 'commander';
import { ConfigError } from '../edge/checked';
import { UsageError } from './usage';

/** Exit codes of all commands: 2 where nothing has been done, since it cannot be; for Ctrl-C that of a shell. */
export const EXIT = { failed: 1, usage: 2, interrupted: 130 } as const;

/** How long output may take to be written after a failure. */
const LINGER_MS = 1_000;

/** A command `npm run NAME`, which refuses what it does not know in one line. */
export const commandLine = (name: string): Command =>
  new Command(`npm run ${name} --`)
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, '')) })
    .allowExcessArguments(false)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : EXIT.usage));

/** Runs a command: an error is one line on stderr, and an exit code. A reader who has left is no error. */
export function runCommand(main: () => Promise<void>): void {
  const fail = (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = error instanceof UsageError || error instanceof ConfigError ? EXIT.usage : EXIT.failed;
    // A server that the failure has left open would keep the process alive.
    setTimeout(() => process.exit(), LINGER_MS).unref();
  };
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') fail(new Error(`The output cannot be written: ${error.message}.`));
  });
  main().catch(fail);
}
