import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { printable } from '../config/printable.js';
import type { EffectEntry, EffectRecords, Resolution } from '../ledger/effect-records.js';
import { complain } from './complain.js';
import { withExamples } from './examples.js';

interface PlaceOptions {
  readonly config?: string;
  readonly stateDir?: string;
}
interface ListOptions extends PlaceOptions {
  readonly state?: string;
  readonly json?: boolean;
}
interface ResolveOptions extends PlaceOptions {
  readonly executed?: boolean;
  readonly notExecuted?: boolean;
}

const STATES = ['unknown', 'pending', 'done', 'failed'] as const;

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** Opens the ledger that `fuze proxy` would use here, does the work, closes it. A missing one is `undefined`. */
async function withRecords(
  options: PlaceOptions,
  work: (records: EffectRecords | undefined, path: string) => void,
): Promise<void> {
  const { ConfigError } = await import('../config/problems.js');
  const { locateConfig } = await import('../config/locate.js');
  const { stateDir } = await import('../config/state-dir.js');
  const { openRecords } = await import('../ledger/effect-records.js');
  const { LedgerError } = await import('../ledger/ledger-error.js');
  const here = { env: process.env, cwd: process.cwd(), home: homedir() };
  // The file is only looked for, not read: a mistake in its limits must not hide the ledger.
  const located = locateConfig({ ...here, flag: options.config });
  if ('problem' in located) {
    complain(2, new ConfigError([located.problem]).message);
    return;
  }
  const path = join(stateDir({ ...here, flag: options.stateDir, file: located.file }), 'ledger.db');
  let records: EffectRecords | undefined;
  try {
    records = openRecords(path);
    work(records, path);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    complain(1, error.message);
  } finally {
    records?.close();
  }
}

function printTable(entries: readonly EffectEntry[]): void {
  const lines = [
    ['KEY', 'STATE', 'SINCE', 'TRIES', 'SERVER', 'TOOL', 'RUN', 'REASON'],
    ...entries.map((entry) => [
      entry.key,
      entry.state,
      isoTime(entry.since),
      String(entry.tries),
      printable(entry.server),
      printable(entry.tool),
      printable(entry.runId),
      printable(entry.reason ?? (entry.resolvedByPerson ? 'resolved by a person' : '')),
    ]),
  ];
  const widths = lines[0]?.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  for (const line of lines) {
    const cells = line.map((cell, column) => cell.padEnd(widths?.[column] ?? 0));
    process.stdout.write(`${cells.join('  ').trimEnd()}\n`);
  }
}

async function list(options: ListOptions): Promise<void> {
  const state = STATES.find((known) => known === options.state);
  if (options.state !== undefined && state === undefined) {
    complain(2, `--state: found "${options.state}", allowed are ${STATES.join(', ')}`);
    return;
  }
  await withRecords(options, (records, path) => {
    const entries = records?.list(state) ?? [];
    if (options.json) {
      const readable = entries.map((entry) => ({
        ...entry,
        since: isoTime(entry.since),
        settled: entry.settled === undefined ? undefined : isoTime(entry.settled),
      }));
      process.stdout.write(`${JSON.stringify(readable, undefined, 2)}\n`);
    } else if (records === undefined) {
      process.stdout.write(`No ledger yet: there is no ${path}.\n`);
    } else if (entries.length === 0) {
      process.stdout.write(
        `No ${state === undefined ? '' : `${state} `}side effects in ${path}.\n`,
      );
    } else {
      printTable(entries);
    }
  });
}

const WHY_REFUSED: Record<EffectEntry['state'], string> = {
  pending: 'its call is still in flight, and its outcome will be recorded by itself',
  done: 'it is known to have been executed',
  failed: 'it is known not to have been executed, and may be tried again',
  unknown: 'it is unknown',
};

function report(key: string, resolution: Resolution, near: string | undefined, path: string): void {
  switch (resolution.kind) {
    case 'resolved': {
      const { entry } = resolution;
      const effect =
        entry.state === 'done'
          ? 'executed: identical calls are answered without running it again'
          : 'not executed: it may be tried again';
      process.stdout.write(`${entry.key} (${printable(entry.tool)}) is now ${effect}.\n`);
      return;
    }
    case 'refused': {
      const { entry } = resolution;
      const who = entry.resolvedByPerson ? ' (a person said so before)' : '';
      complain(
        1,
        `${entry.key} (${printable(entry.tool)}) is ${entry.state}, and only unknown effects can be resolved: ${WHY_REFUSED[entry.state]}${who}.`,
      );
      return;
    }
    case 'ambiguous':
      complain(
        1,
        `several effects begin with ${key}: ${resolution.keys.join(', ')}. Give more digits.`,
      );
      return;
    case 'not-found':
      complain(
        1,
        `no effect begins with ${key} in ${path}.${near === undefined ? '' : ` Did you mean ${near}?`} "fuze ledger list" shows all.`,
      );
  }
}

async function resolve(written: string, options: ResolveOptions): Promise<void> {
  const key = written.toLowerCase();
  if (!/^[0-9a-f]{4,64}$/.test(key)) {
    complain(
      2,
      `found the key ${JSON.stringify(written)}, allowed are 4 or more of the hex digits that "fuze ledger list" shows`,
    );
    return;
  }
  if (options.executed === options.notExecuted) {
    complain(2, 'say what happened, with either --executed or --not-executed');
    return;
  }
  const { nearestKey } = await import('../config/nearest-key.js');
  await withRecords(options, (records, path) => {
    const verdict = options.executed ? 'executed' : 'not-executed';
    const resolution = records?.resolve(key, verdict) ?? { kind: 'not-found' };
    let near: string | undefined;
    if (resolution.kind === 'not-found') {
      const keys = records?.list().map((entry) => entry.key) ?? [];
      const start = nearestKey(key, [...new Set(keys.map((known) => known.slice(0, key.length)))]);
      near = start === undefined ? undefined : keys.find((known) => known.startsWith(start));
    }
    report(key, resolution, near, path);
  });
}

/** `fuze ledger list` and `fuze ledger resolve`: exit 0 done, 1 it could not be done, 2 usage. */
export function addLedger(program: Command): void {
  const ledger = program
    .command('ledger')
    .description('declared side effects: what ran, and what nobody knows about');
  const lists = ledger
    .command('list')
    .description('list recorded side effects, the latest first')
    .option('--state <state>', `only those in this state: ${STATES.join(', ')}`)
    .option('--json', 'as a JSON array')
    .option('--config <file>', 'the fuze.toml in force')
    .option('--state-dir <dir>', 'the folder that holds ledger.db')
    .action(list);
  const resolves = ledger
    .command('resolve')
    .description('say what became of an unknown side effect')
    .argument('<key>', 'its key, or the first digits of it (at least 4)')
    .option('--executed', 'it took effect: identical calls are not run again')
    .option('--not-executed', 'it did not: identical calls may run')
    .option('--config <file>', 'the fuze.toml in force')
    .option('--state-dir <dir>', 'the folder that holds ledger.db')
    .action(resolve);
  const examples = ['fuze ledger list --state unknown', 'fuze ledger resolve 3f9a --executed'];
  withExamples(ledger, examples);
  withExamples(lists, examples.slice(0, 1));
  withExamples(resolves, examples.slice(1));
}
