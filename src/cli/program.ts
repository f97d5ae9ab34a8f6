import { Command } from 'commander';
import { packageVersion } from '../library/package-version.js';
import { addCompletion } from './completion.js';
import { addDemo } from './demo.js';
import { addDoctor } from './doctor.js';
import { withExamples } from './examples.js';
import { addInit } from './init.js';
import { addInstall } from './install.js';
import { addLedger } from './ledger.js';
import { addProxy } from './proxy.js';
import { addReport } from './report.js';
import { addReset } from './reset.js';
import { addSimulate } from './simulate.js';
import { addStatus } from './status.js';
import { addUninstall } from './uninstall.js';
import { addValidateTripLog } from './validate-trip-log.js';
import { addVerify } from './verify.js';
import { addWatch } from './watch.js';

/** In the order of the help: what comes first in time comes first. */
const COMMANDS = [
  addInstall,
  addUninstall,
  addProxy,
  addInit,
  addDoctor,
  addStatus,
  addReset,
  addWatch,
  addReport,
  addSimulate,
  addVerify,
  addValidateTripLog,
  addLedger,
  addDemo,
  addCompletion,
];

/** All commands of fuze. Errors of usage are thrown, and told on stderr as all others are. */
export function createProgram(): Command {
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
  for (const add of COMMANDS) add(program);
  return program;
}
