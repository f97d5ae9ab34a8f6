import { homedir } from 'node:os';
import type { Command } from 'commander';
import type { EndedRun, LiveRun } from '../overview/run-list.js';
import { complain } from './complain.js';
import { withExamples } from './examples.js';

interface ResetFlags {
  readonly all?: boolean;
}

const NOT_DONE = 1;
const USAGE = 2;

function listOf(runs: readonly LiveRun[], nameOf: (text: string, width: number) => string): string {
  return runs
    .map(({ proxy, run }) => {
      const why = run.trip === null ? 'goes on' : `ended by ${nameOf(run.trip.check, 20)}`;
      return `\n  fuze reset ${nameOf(run.runId, 40)}    ${nameOf(proxy.entry.name, 40)}, ${why}`;
    })
    .join('');
}

/** Lets one run go on; true when that was done. */
async function lift({ proxy, run, trip }: EndedRun): Promise<boolean> {
  const [{ askReset, NoAnswer }, { fitted }] = await Promise.all([
    import('../presence/ask.js'),
    import('../report/text-width.js'),
  ]);
  const name = `${fitted(run.runId, 40)} of ${fitted(proxy.entry.name, 40)}`;
  let lifted: string | undefined;
  try {
    lifted = await askReset(proxy.entry.socket, run.runId);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    complain(
      NOT_DONE,
      `${name} cannot be reset, its proxy (pid ${proxy.entry.process.pid}) is gone or hangs: ${error.message}`,
    );
    return false;
  }
  // Somebody else was faster, or the run is over since.
  if (lifted === undefined) {
    complain(NOT_DONE, `${name} is not ended any more: nothing was changed`);
    return false;
  }
  process.stdout.write(
    `${name} goes on. ${fitted(trip.check, 20)} had ended it (trip ${fitted(trip.tripId, 20)}); loops are counted anew, what it has spent stays spent.\n`,
  );
  return true;
}

async function reset(written: string | undefined, { all }: ResetFlags): Promise<void> {
  if (written !== undefined && all === true) {
    complain(USAGE, 'found a run and --all, one is allowed');
    return;
  }
  const [{ liveProxies }, { endedRuns, runsNamed, runsOf }, { fitted }] = await Promise.all([
    import('../presence/live-proxies.js'),
    import('../overview/run-list.js'),
    import('../report/text-width.js'),
  ]);
  const { proxies } = await liveProxies(homedir());
  const ended = endedRuns(proxies);
  for (const { entry, problem } of proxies) {
    if (problem === undefined) continue;
    process.stderr.write(
      `fuze: ${fitted(entry.name, 40)} (pid ${entry.process.pid}): ${problem}\n`,
    );
  }
  const chosen = written === undefined ? ended : runsNamed(written, ended);
  if (chosen.length > 1 && all !== true) {
    const several = written === undefined ? 'several runs are ended' : `several runs are called so`;
    complain(USAGE, `${several}, say which one, or --all:${listOf(chosen, fitted)}`);
    return;
  }
  if (chosen.length === 0 && written === undefined) {
    process.stdout.write('No run is ended: there is nothing to reset.\n');
    return;
  }
  if (chosen.length === 0 && written !== undefined) {
    const open = runsNamed(written, runsOf(proxies));
    const why =
      open.length > 0 ? 'goes on already: nothing was changed' : 'is no run of a live proxy';
    const others =
      ended.length === 0
        ? ' No run is ended; "fuze status" shows all.'
        : ` Ended are:${listOf(ended, fitted)}`;
    complain(NOT_DONE, `${fitted(written, 60)} ${why}.${others}`);
    return;
  }
  for (const run of chosen) await lift(run);
}

/** `fuze reset [run]`: exit 0 done or nothing to do, 1 it could not be done, 2 it must be said which one. */
export function addReset(program: Command): void {
  const command = program
    .command('reset')
    .summary('let a run go on that fuze has ended')
    .description(
      'Lets a run go on that fuze has ended (check "killed"), without a restart of the client. Loops are counted anew; what was spent stays spent.',
    )
    .argument(
      '[run]',
      'its id or that of its trip, or the first digits; not needed when only one is ended',
    )
    .option('--all', 'all runs that are ended')
    .action(reset);
  withExamples(command, [
    'fuze reset',
    'fuze reset run_0c432ca9adb3252c',
    'fuze reset fg_bc2a8f7717fb',
    'fuze reset --all',
  ]);
}
