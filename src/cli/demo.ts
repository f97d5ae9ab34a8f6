import type { Command } from 'commander';
import { isColourful } from './colour.js';
import { withExamples } from './examples.js';

/** `fuze demo`: exit 0 when everything held, else 1. */
export function addDemo(program: Command): void {
  const command = program
    .command('demo')
    .description('an agent that loops, double-charges and overspends, without and with fuze')
    .action(async () => {
      const { runDemo } = await import('../../fixtures/demo/demo.js');
      const { report } = await import('../../fixtures/demo/report.js');
      const { failures } = await import('../../fixtures/demo/verdict.js');
      try {
        const result = await runDemo();
        process.stdout.write(report(result, isColourful(process.stdout)));
        process.exitCode = failures(result).length === 0 ? 0 : 1;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        process.stderr.write(`fuze demo could not run: ${reason}\n`);
        process.exitCode = 1;
      }
    });
  withExamples(command, ['fuze demo']);
}
