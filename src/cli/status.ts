import { homedir } from 'node:os';
import type { Command } from 'commander';
import { isColourful } from './colour.js';
import { withExamples } from './examples.js';

async function status({ json }: { readonly json?: boolean }): Promise<void> {
  const { liveProxies } = await import('../presence/live-proxies.js');
  const home = homedir();
  const found = await liveProxies(home);
  if (json === true) {
    const { statusJson } = await import('../overview/status-json.js');
    process.stdout.write(statusJson(found));
    return;
  }
  const [{ statusText }, { createPaint }] = await Promise.all([
    import('../overview/status-text.js'),
    import('../report/paint.js'),
  ]);
  const viewer = { home, now: Date.now() };
  process.stdout.write(statusText(found, viewer, createPaint(isColourful(process.stdout))));
}

/** `fuze status`: exit 0, also when nothing is alive. */
export function addStatus(program: Command): void {
  const command = program
    .command('status')
    .summary('show the live proxies with their runs, money and stops')
    .description(
      'Shows your live proxies: their runs, what these have spent, and what stopped them.',
    )
    .option('--json', 'for programs')
    .action(status);
  withExamples(command, ['fuze status', 'fuze status --json']);
}
