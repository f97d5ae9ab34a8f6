import type { Command } from 'commander';
import { oneMore } from './one-more.js';

/** What `fuze install` and `fuze uninstall` take alike. */
export function addClientOptions(command: Command): Command {
  return command
    .argument(
      '[client...]',
      'claude-desktop, claude-code, cursor, vscode, windsurf, codex (default: all)',
    )
    .option('--server <name>', 'only servers of this name; may be given several times', oneMore)
    .option('--yes', 'write without a question');
}
