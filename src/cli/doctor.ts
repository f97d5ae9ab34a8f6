import type { Command } from 'commander';
import { parseDuration } from '../config/duration.js';
import { packageVersion } from '../library/package-version.js';
import { isColourful } from './colour.js';
import { complain } from './complain.js';
import { endOnSignal } from './end-on-signal.js';
import { withExamples } from './examples.js';

interface DoctorFlags {
  readonly json?: boolean;
  readonly config?: string;
  readonly stateDir?: string;
  readonly timeout: string;
  /** False with --no-start. */
  readonly start: boolean;
}

/** Raised when a member of the JSON form changes its meaning or goes; new members do not raise it. */
const DOCTOR_VERSION = 1;

async function doctor(flags: DoctorFlags): Promise<void> {
  const timeout = parseDuration(flags.timeout);
  if (timeout === undefined || timeout === 0) {
    complain(2, `--timeout: found "${flags.timeout}", allowed is a duration such as "30s"`);
    return;
  }
  endOnSignal();
  const [{ checkup }, { thisMachine }] = await Promise.all([
    import('../checkup/checkup.js'),
    import('../clients/this-machine.js'),
  ]);
  const findings = await checkup({
    machine: thisMachine(),
    config: flags.config,
    stateDir: flags.stateDir,
    version: packageVersion(),
    startTimeout: flags.start ? timeout : undefined,
  });
  if (findings.some(({ state }) => state === 'broken')) process.exitCode = 1;
  if (flags.json === true) {
    const value = { version: DOCTOR_VERSION, findings };
    process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
    return;
  }
  const [{ checkupText }, { createPaint }] = await Promise.all([
    import('../checkup/checkup-text.js'),
    import('../report/paint.js'),
  ]);
  process.stdout.write(checkupText(findings, createPaint(isColourful(process.stdout))));
}

/** `fuze doctor`: exit 0 nothing is broken, 1 something is, 2 usage. */
export function addDoctor(program: Command): void {
  const command = program
    .command('doctor')
    .summary('check that fuze, its files and the guarded servers work')
    .description(
      'Checks Node, the configuration in force, the state folder, ledger and trace, and starts every guarded server once, as its client would. Each line tells what to do about it.',
    )
    .option('--json', 'for programs')
    .option('--config <file>', 'the fuze.toml to check (default: as fuze proxy finds it)')
    .option('--state-dir <dir>', 'the folder that holds ledger.db')
    .option('--timeout <duration>', 'how long each guarded server may take to start', '30s')
    .option('--no-start', 'start no server')
    .action(doctor);
  withExamples(command, ['fuze doctor', 'fuze doctor --json', 'fuze doctor --no-start']);
}
