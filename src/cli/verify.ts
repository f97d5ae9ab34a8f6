import type { Command } from 'commander';
import type { TraceReport } from '../evidence/verify.js';
import { fileReason } from './error-text.js';
import { withExamples } from './examples.js';

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** What is worth knowing of an intact trace. */
function summary(report: TraceReport): string {
  const parts = [count(report.records, 'record'), count(report.sessions, 'session')];
  if (report.unended > 0) parts.push(`${report.unended} without an end`);
  if (report.lost > 0)
    parts.push(`${count(report.lost, 'record')} lost while the file could not be written`);
  return [...parts, `head ${report.head}`].join(', ');
}

function print(file: string, report: TraceReport): void {
  switch (report.verdict) {
    case 'closed':
      process.stdout.write(`valid: ${file} (${summary(report)})\n`);
      return;
    case 'open':
      process.stdout.write(`valid, still open: ${file} (${summary(report)})\n`);
      return;
    case 'cut':
    case 'broken':
      process.stderr.write(`${report.verdict}: ${file}\n`);
      for (const { line, problem, detail } of report.findings) {
        process.stderr.write(`  line ${line}: ${problem}: ${detail}\n`);
      }
      return;
  }
}

/** `fuze verify <trace>...`: exit 0 all valid, 1 one is broken or cut, 2 one cannot be read. */
export function addVerify(program: Command): void {
  const command = program
    .command('verify')
    .description('check that traces are complete and unchanged')
    .argument('<trace...>', 'trace files')
    .action(async (files: string[]) => {
      const { verifyTrace } = await import('../evidence/verify.js');
      let exitCode = 0;
      for (const file of files) {
        try {
          const report = await verifyTrace(file);
          print(file, report);
          if (report.findings.length > 0) exitCode = Math.max(exitCode, 1);
        } catch (error) {
          process.stderr.write(`fuze: cannot read ${file}: ${fileReason(error)}\n`);
          exitCode = 2;
        }
      }
      process.exitCode = exitCode;
    });
  withExamples(command, ['fuze verify fuze-proxy-traces.jsonl']);
}
