import { Command } from 'commander';
import { packageVersion } from '../library/package-version.js';
import { withExamples } from './examples.js';

/** Adds one command, with its options, to the program. */
export type AddCommand = (program: Command) => void;

/** fuze, with the commands that are given. Errors of usage are thrown, and told on stderr as all others are. */
export function createProgram(commands: readonly AddCommand[]): Command {
  const program = new Command('fuze')
    .description('The fuse box for AI agents: stops loops, double effects and overspending.')
    .version(packageVersion())
    .option('--verbose', 'before a command: tell where in fuze an error arose')
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .showHelpAfterError('See "fuze --help", or "fuze <command> --help".')
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, 'fuze: ')),
    })
    .exitOverride();
  withExamples(program, [
    'fuze install                     guard the clients on this machine',
    'fuze proxy -- npx -y some-server guard one server',
    'fuze status                      see what the guarded servers do',
  ]);
  for (const add of commands) add(program);
  return program;
}
