import type { Command } from 'commander';

/** Puts examples below the help of a command, one a line. */
export function withExamples(command: Command, examples: readonly string[]): Command {
  const title = examples.length === 1 ? 'Example' : 'Examples';
  return command.addHelpText('after', `\n${title}:\n  ${examples.join('\n  ')}`);
}
