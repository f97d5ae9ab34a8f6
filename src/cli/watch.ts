import { homedir } from 'node:os';
import type { Command } from 'commander';
import { isColourful } from './colour.js';
import { complain } from './complain.js';
import { withExamples } from './examples.js';

async function watch(): Promise<void> {
  if (!process.stdout.isTTY || !process.stdin.isTTY) {
    complain(
      2,
      'watch needs a terminal to draw on and to read keys from. Use "fuze status", or "fuze status --json" in scripts.',
    );
    return;
  }
  const [{ Watch }, { createPaint }] = await Promise.all([
    import('../overview/watch.js'),
    import('../report/paint.js'),
  ]);
  process.exitCode = await Watch.run({
    home: homedir(),
    input: process.stdin,
    output: process.stdout,
    paint: createPaint(isColourful(process.stdout)),
  });
}

/** `fuze watch`: exit 0 when a key ended it, 128 + signal number when a signal did, 2 without a terminal. */
export function addWatch(program: Command): void {
  const command = program
    .command('watch')
    .summary('the same live on one screen, with a key to reset a run')
    .description(
      'Shows your live proxies and their runs on one screen, redrawn every second. Keys: r resets the chosen run, arrows or j and k choose, q quits.',
    )
    .action(watch);
  withExamples(command, ['fuze watch']);
}
