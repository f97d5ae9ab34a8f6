import { addCompletion } from './completion.js';
import { addDemo } from './demo.js';
import { addDoctor } from './doctor.js';
import { addInit } from './init.js';
import { addInstall } from './install.js';
import { addLedger } from './ledger.js';
import type { AddCommand } from './program.js';
import { addProxy } from './proxy.js';
import { addReport } from './report.js';
import { addReset } from './reset.js';
import { addSimulate } from './simulate.js';
import { addStatus } from './status.js';
import { addUninstall } from './uninstall.js';
import { addValidateTripLog } from './validate-trip-log.js';
import { addVerify } from './verify.js';
import { addWatch } from './watch.js';

/** All commands of fuze, in the order of the help: what comes first in time comes first. */
export const COMMANDS: readonly AddCommand[] = [
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
