import type { Command } from 'commander';
import { packageVersion } from '../library/package-version.js';
import type { ChangeFlags } from './change-clients.js';
import { addClientOptions } from './client-options.js';

async function install(clients: readonly string[], flags: ChangeFlags): Promise<number> {
  const [
    { changeClients },
    { planInstall, recordsAfterInstall },
    { thisInstallation },
    { thisMachine },
  ] = await Promise.all([
    import('./change-clients.js'),
    import('../clients/install-plan.js'),
    import('../clients/fuze-call.js'),
    import('../clients/this-machine.js'),
  ]);
  const machine = thisMachine();
  const installation = thisInstallation(machine.system, machine.env, packageVersion());
  return changeClients(clients, flags, {
    command: 'install',
    verb: 'wrap',
    settled: 'already wrapped',
    done: 'Restart the clients. "fuze uninstall" takes fuze out again.',
    machine,
    moreFiles: () => [],
    plan: (file, pick) => planInstall(file, pick, installation),
    recordsAfter: recordsAfterInstall,
  });
}

/** `fuze install [client...]`: exit 0 done, 1 it could not be done, 2 usage, or a file that cannot be understood. */
export function addInstall(program: Command): void {
  const command = program
    .command('install')
    .summary('put fuze before the servers of the MCP clients on this machine')
    .description(
      'Finds the MCP clients on this machine and in the working directory, shows what would change in their files, and after a yes puts "fuze proxy" before every server.',
    );
  addClientOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  fuze install\n  fuze install cursor --server github --yes',
    )
    .action(async (clients: string[], flags: ChangeFlags) => {
      process.exitCode = await install(clients, flags);
    });
}
