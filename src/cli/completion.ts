import { Argument, type Command } from 'commander';
import type { CommandWords } from '../completion/command-words.js';
import { completionScript, SHELLS, type Shell } from '../completion/scripts.js';
import { withExamples } from './examples.js';

function wordsOf(command: Command, path: readonly string[] = []): CommandWords {
  const options = command.createHelp().visibleOptions(command);
  return {
    path,
    description: command.summary() || command.description(),
    options: options.flatMap(({ long, description, required, optional }) =>
      long ? [{ long, description, takesValue: required || optional }] : [],
    ),
    commands: command.commands.map((inner) => wordsOf(inner, [...path, inner.name()])),
  };
}

/** `fuze completion <shell>`: made from the commands themselves, so that it never lags behind them. */
export function addCompletion(program: Command): void {
  const command = program
    .command('completion')
    .summary('print the script that makes a shell complete fuze')
    .description('Prints the script that makes a shell complete the commands and options of fuze.')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .action((shell: Shell) => {
      process.stdout.write(completionScript(shell, wordsOf(program)));
    });
  withExamples(command, [
    'source <(fuze completion bash)                                 in ~/.bashrc',
    'source <(fuze completion zsh)                                  in ~/.zshrc, after compinit',
    'fuze completion fish > ~/.config/fish/completions/fuze.fish',
  ]);
}
