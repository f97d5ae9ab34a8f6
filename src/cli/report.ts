import { statSync } from 'node:fs';
import type { Command } from 'commander';
import type { TraceReading } from '../report/read-traces.js';
import { isColourful } from './colour.js';
import { complain } from './complain.js';
import { withExamples } from './examples.js';

interface ReportOptions {
  readonly json?: boolean;
  /** True without a file. */
  readonly html?: string | true;
}

/** The bytes of all files that are there. */
function totalBytes(files: readonly string[]): number {
  const sizes = files.map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0);
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function read(files: readonly string[]): Promise<TraceReading> {
  const [{ readTraces }, { ProgressBar }] = await Promise.all([
    import('../report/read-traces.js'),
    import('./progress-bar.js'),
  ]);
  const bar = new ProgressBar(process.stderr, totalBytes(files), Date.now);
  const reading = await readTraces(files, (bytes, calls) => bar.update(bytes, calls));
  bar.clear();
  return reading;
}

/** 0 all valid, 1 one is broken or cut, 2 one cannot be read, as `fuze verify` has it. */
function exitCodeOf({ report }: TraceReading): number {
  const codes = report.traces.map(({ verdict }) => {
    if (verdict === 'unreadable') return 2;
    return verdict === 'broken' || verdict === 'cut' ? 1 : 0;
  });
  return Math.max(...codes);
}

async function writeReport(reading: TraceReading, path: string): Promise<string> {
  const { htmlPage } = await import('../report/html/page.js');
  const { writePage } = await import('../report/write-page.js');
  writePage(path, htmlPage(reading));
  return `wrote ${path}`;
}

async function textOf(reading: TraceReading): Promise<string> {
  const { textReport } = await import('../report/text-report.js');
  return textReport(reading.report, isColourful(process.stdout)).trimEnd();
}

async function report(words: readonly string[], { html, json }: ReportOptions): Promise<void> {
  if (json === true && html !== undefined) {
    complain(2, 'found both --json and --html, one is allowed');
    return;
  }
  // "--html trace.jsonl": a word after --html that is not called a page is a trace, and must not be written over.
  const page = typeof html === 'string' && /\.html?$/i.test(html) ? html : undefined;
  const files = typeof html === 'string' && page === undefined ? [html, ...words] : words;
  const [first] = files;
  if (first === undefined) {
    complain(2, 'found no trace: say "fuze report <trace>..."');
    return;
  }
  const reading = await read(files);
  for (const { file, problem } of reading.report.traces) {
    if (problem !== undefined) complain(2, `cannot read ${file}: ${problem}`);
  }
  if (reading.report.traces.every(({ verdict }) => verdict === 'unreadable')) return;
  process.exitCode = exitCodeOf(reading);
  const { LineWriter } = await import('./line-writer.js');
  const out = new LineWriter(process.stdout);
  if (html !== undefined)
    await out.write(await writeReport(reading, page ?? `${first}.report.html`));
  else if (json === true) await out.write(JSON.stringify(reading.report, undefined, 2));
  else await out.write(await textOf(reading));
  await out.flush();
}

/** `fuze report <trace>...`: exit 0 all valid, 1 one is broken or cut, 2 one cannot be read or wrong usage. */
export function addReport(program: Command): void {
  const command = program
    .command('report')
    .description('tell what happened in traces: calls, money, refusals, trips')
    .argument('[trace...]', 'trace files')
    .option('--json', 'for programs')
    .option(
      '--html [file]',
      'one page to look at, as <trace>.report.html or a file ending in .html',
    )
    .action(report);
  withExamples(command, ['fuze report fuze-proxy-traces.jsonl', 'fuze report --html *.jsonl']);
}
