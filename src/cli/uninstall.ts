import type { Command } from 'commander';
import type { ChangeFlags } from './change-clients.js';
import { addClientOptions } from './client-options.js';

async function uninstall(clients: readonly string[], flags: ChangeFlags): Promise<number> {
  const [
    { changeClients },
    { installedElsewhere, planUninstall, recordsAfterUninstall },
    { thisMachine },
  ] = await Promise.all([
    import('./change-clients.js'),
    import('../clients/uninstall-plan.js'),
    import('../clients/this-machine.js'),
  ]);
  return changeClients(clients, flags, {
    command: 'uninstall',
    verb: 'unwrap',
    settled: 'not wrapped',
    done: 'Restart the clients.',
    machine: thisMachine(),
    moreFiles: installedElsewhere,
    plan: planUninstall,
    recordsAfter: recordsAfterUninstall,
  });
}

/** `fuze uninstall [client...]`: exit 0 done, 1 it could not be done, 2 usage, or a file that cannot be understood. */
export function addUninstall(program: Command): void {
  const command = program
    .command('uninstall')
    .summary('take fuze out of the MCP clients again')
    .description(
      'Shows what would change, and after a yes restores every server that fuze stands before to what it was.',
    );
  addClientOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  fuze uninstall\n  fuze uninstall cursor --server github --yes',
    )
    .action(async (clients: string[], flags: ChangeFlags) => {
      process.exitCode = await uninstall(clients, flags);
    });
}
