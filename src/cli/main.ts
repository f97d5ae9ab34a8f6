import { CommanderError } from 'commander';
import { ConfigError } from '../config/problems.js';
import { errorText } from './error-text.js';
import { surviveClosedPipes } from './output-errors.js';
import { type AddCommand, createProgram } from './program.js';
import { addProxy } from './proxy.js';

/** Wrong usage, by the convention of shells and of `fuze.toml` errors. */
const USAGE = 2;
const FAILED = 1;

/** Every session of a client starts `fuze proxy` and waits for it: the other commands are not built for that. */
async function commands(): Promise<readonly AddCommand[]> {
  if (process.argv[2] === 'proxy') return [addProxy];
  const { COMMANDS } = await import('./commands.js');
  return COMMANDS;
}

/** Runs the command that was given, and turns what goes wrong into words and an exit code. */
export async function main(): Promise<void> {
  const program = createProgram(await commands());
  surviveClosedPipes();
  try {
    if (process.argv.length > 2) await program.parseAsync();
    else {
      // Without a command there is nothing wrong, only nothing said yet.
      const { startPage } = await import('./start-page.js');
      process.stdout.write(startPage());
    }
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USAGE;
    else if (error instanceof ConfigError) {
      process.stderr.write(`fuze: ${error.message}\n`);
      process.exitCode = USAGE;
    } else {
      process.stderr.write(`fuze: ${errorText(error, program.opts().verbose === true)}\n`);
      process.exitCode = FAILED;
    }
  }
}
