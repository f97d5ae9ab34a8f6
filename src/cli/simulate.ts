import { createReadStream, statSync } from 'node:fs';
import { homedir } from 'node:os';
import type { Command } from 'commander';
import { printable } from '../config/printable.js';
import type { Recording } from '../simulation/simulate.js';

interface SimulateFlags {
  readonly config?: string;
  readonly json?: boolean;
  readonly judge?: boolean;
}

/** Broken lines that are named one by one. */
const MAX_NAMED = 100;
const UNREADABLE = 2;

function recordingOf(file: string): Recording {
  return file === '-'
    ? { name: 'standard input', open: () => process.stdin }
    : { name: file, open: () => createReadStream(file, { highWaterMark: 256 * 1024 }) };
}

/** The bytes of all files, or undefined when one of them is a pipe or missing. */
function totalBytes(files: readonly string[]): number | undefined {
  let total = 0;
  for (const file of files) {
    const stat = file === '-' ? undefined : statSync(file, { throwIfNoEntry: false });
    if (stat?.isFile() !== true) return undefined;
    total += stat.size;
  }
  return total;
}

function told(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function run(files: readonly string[], flags: SimulateFlags): Promise<number> {
  const [{ loadSettings }, { simulate }, report, { LineWriter }, { ProgressBar }] =
    await Promise.all([
      import('../config/load.js'),
      import('../simulation/simulate.js'),
      import('../simulation/report-text.js'),
      import('./line-writer.js'),
      import('./progress-bar.js'),
    ]);
  const { config, json = false, judge = false } = flags;
  const settings = loadSettings({
    kind: 'proxy',
    flags: { config },
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
  });
  const out = new LineWriter(process.stdout);
  // Lines and a bar on one terminal would run into each other.
  const terminal = json && process.stdout.isTTY ? { write: () => {} } : process.stderr;
  const bar = new ProgressBar(terminal, totalBytes(files), Date.now);
  const complain = (text: string): void => {
    bar.clear();
    process.stderr.write(`fuze: ${printable(text)}\n`);
  };
  let broken = 0;
  let unreadable = false;
  const totals = await simulate(files.map(recordingOf), {
    settings,
    judge,
    onCall: (call) => (json ? out.write(JSON.stringify(call)) : undefined),
    onBroken: (name, line, reason) => {
      broken += 1;
      if (broken <= MAX_NAMED) complain(`${name}, line ${line}: ${reason}`);
    },
    onUnreadable: (name, error) => {
      unreadable = true;
      complain(`cannot read ${name}: ${told(error)}`);
    },
    onProblem: (error) => complain(told(error)),
    onProgress: (bytes, calls) => bar.update(bytes, calls),
    signal: out.closed,
  });
  bar.clear();
  if (json) {
    if (judge) await out.write(JSON.stringify(report.judgeJson(totals)));
    await out.flush();
  } else {
    process.stdout.write(report.reportText(totals, settings.file));
    if (judge) process.stdout.write(report.judgeText(totals));
  }
  if (broken > 0) complain(`${broken} broken ${broken === 1 ? 'line' : 'lines'} left out`);
  if (totals.all.calls === 0) complain('no calls found');
  if (unreadable) return UNREADABLE;
  return totals.all.calls === 0 ? 1 : 0;
}

/** `fuze simulate <calls>...`: exit 0 calls were read, 1 there were none, 2 usage or a file that cannot be read. */
export function addSimulate(program: Command): void {
  program
    .command('simulate')
    .summary('show what fuze would have done with recorded calls')
    .description(
      'Reads recorded calls, or traces of fuze, and prints what the limits and checks of fuze.toml would have done.',
    )
    .argument('<calls...>', 'JSON Lines files; - reads standard input')
    .option('--config <file>', 'fuze.toml to use (default: as fuze proxy finds it)')
    .option('--json', 'one line per call: {"index","run","tool","action","check","reason"}')
    .option('--judge', 'also tell harmful stops, wasted calls and killed runs')
    .addHelpText(
      'after',
      '\nA line is {"tool", "args", "result" or "error"}, and may have "timestamp", "run", "isError", "cost", "solved".\n\nExample:\n  fuze simulate --config tight.toml fuze-proxy-traces.jsonl',
    )
    .action(async (files: string[], flags: SimulateFlags) => {
      process.exitCode = await run(files, flags);
    });
}
