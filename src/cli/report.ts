import type { Command } from 'commander';
import type { TraceReading } from '../report/read-traces.js';

interface ReportOptions {
  readonly json?: boolean;
  /** True without a file. */
  readonly html?: string | true;
}

function complain(exitCode: number, text: string): void {
  process.stderr.write(`fuze: ${text}\n`);
  process.exitCode = exitCode;
}

/** 0 all valid, 1 one is broken or cut, 2 one cannot be read, as `fuze verify` has it. */
function exitCodeOf({ report }: TraceReading): number {
  const codes = report.traces.map(({ verdict }) => {
    if (verdict === 'unreadable') return 2;
    return verdict === 'broken' || verdict === 'cut' ? 1 : 0;
  });
  return Math.max(...codes);
}

async function writePage(reading: TraceReading, path: string): Promise<void> {
  const { htmlPage } = await import('../report/html/page.js');
  const { replaceFile } = await import('../report/replace-file.js');
  replaceFile(path, htmlPage(reading));
  process.stdout.write(`wrote ${path}\n`);
}

async function report(words: readonly string[], options: ReportOptions): Promise<void> {
  const { html, json } = options;
  if (json === true && html !== undefined) {
    complain(2, 'choose one of --json and --html');
    return;
  }
  // "--html trace.jsonl": the word after --html is a page only when it is called one, and never written over otherwise.
  const page = typeof html === 'string' && /\.html?$/i.test(html) ? html : undefined;
  const files = typeof html === 'string' && page === undefined ? [html, ...words] : words;
  const [first] = files;
  if (first === undefined) {
    complain(2, 'found no trace: say "fuze report <trace>..."');
    return;
  }
  const { readTraces } = await import('../report/read-traces.js');
  const reading = await readTraces(files);
  for (const { file, problem } of reading.report.traces) {
    if (problem !== undefined) complain(2, `cannot read ${file}: ${problem}`);
  }
  if (reading.report.traces.every(({ verdict }) => verdict === 'unreadable')) return;
  process.exitCode = exitCodeOf(reading);
  if (html !== undefined) await writePage(reading, page ?? `${first}.report.html`);
  else if (json === true) {
    process.stdout.write(`${JSON.stringify(reading.report, undefined, 2)}\n`);
  } else {
    const { textReport } = await import('../report/text-report.js');
    const colour = process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '';
    process.stdout.write(textReport(reading.report, colour));
  }
}

/** `fuze report <trace>...`: exit 0 all valid, 1 one is broken or cut, 2 one cannot be read or wrong usage. */
export function addReport(program: Command): void {
  program
    .command('report')
    .description('tell what happened in traces: calls, money, refusals, trips')
    .argument('[trace...]', 'trace files')
    .option('--json', 'for programs')
    .option(
      '--html [file]',
      'one page to look at, as <trace>.report.html or a file ending in .html',
    )
    .action(report);
}
