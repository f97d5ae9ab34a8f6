import { Command, CommanderError } from 'commander';
import { ConfigError } from '../config/problems.js';
import { packageVersion } from '../library/package-version.js';
import { addDemo } from './demo.js';
import { addDoctor } from './doctor.js';
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

/** Wrong usage, by the convention of shells and of `fuze.toml` errors. */
const USAGE = 2;

const program = new Command('fuze')
  .description('The fuse box for AI agents: stops loops, double effects and overspending.')
  .version(packageVersion())
  .enablePositionalOptions()
  .showSuggestionAfterError()
  .exitOverride();

for (const add of [
  addProxy,
  addInstall,
  addUninstall,
  addDemo,
  addInit,
  addDoctor,
  addStatus,
  addReset,
  addWatch,
  addVerify,
  addReport,
  addValidateTripLog,
  addLedger,
  addSimulate,
])
  add(program);

// Without a command there is nothing wrong, only nothing said yet.
if (process.argv.length <= 2) process.argv.push('help');

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USAGE;
  else if (error instanceof ConfigError) {
    process.stderr.write(`fuze: ${error.message}\n`);
    process.exitCode = USAGE;
  } else {
    process.stderr.write(`fuze: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
