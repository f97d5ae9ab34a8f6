import { describe, expect, test } from 'vitest';
import { fixture, runFuze } from '../e2e/support/fuze-process.js';
import { callLine, FLAT, LONG, report, Soak } from './support/soak.js';

const CALLS = LONG ? 200_000 : 20_000;
const TIMEOUT = 600_000;
const UNLIMITED = 'max_iterations = 1_000_000_000';

const search = (id: number): string =>
  callLine(id, 'search', { query: `lamp ${id}`, customer: 'ada@example.com' });

describe.runIf(process.platform === 'linux')('memory stays flat', () => {
  for (const trace of [false, true]) {
    const traced = trace ? 'with a trace' : 'without a trace';
    const setting = `trace = ${trace ? '"trace.jsonl"' : 'false'}`;

    test(`over ${CALLS} calls, ${traced}`, { timeout: TIMEOUT }, async () => {
      const soak = new Soak(fixture('echo-server'), `[proxy]\n${UNLIMITED}\n${setting}`);
      const figures = await soak.flow(CALLS, search);
      report(`${CALLS} calls, ${traced}`, figures);
      expect(figures.peak - figures.base).toBeLessThan(FLAT);
      await soak.end();
      if (!trace) return;
      const verified = await runFuze(['verify', 'trace.jsonl'], { workspace: soak.workspace });
      expect(verified.stdout).toMatch(new RegExp(`^valid: .*\\(${CALLS + 2} records, 1 session`));
    });

    const refused = CALLS / 2;
    test(`over ${refused} calls above max_iterations, ${traced}`, {
      timeout: TIMEOUT,
    }, async () => {
      const soak = new Soak(fixture('echo-server'), `[proxy]\nmax_iterations = 1\n${setting}`);
      const figures = await soak.flow(refused, search);
      report(`${refused} calls above max_iterations, ${traced}`, figures);
      expect(soak.last).toContain('"check":"iterations"');
      expect(figures.peak - figures.base).toBeLessThan(FLAT);
      await soak.end();
    });

    test(`over ${refused} calls of a loop, ${traced}`, { timeout: TIMEOUT }, async () => {
      const config = `[proxy]\n${UNLIMITED}\n${setting}\n[loop_detection]\nmax_skips = 1_000_000_000`;
      // The echo server never gives an answer twice, so the arguments alone must decide.
      const soak = new Soak(fixture('echo-server'), `${config}\nrepeat_on = "args"`);
      const figures = await soak.flow(refused, (id) => callLine(id, 'search', { query: 'lamp' }));
      report(`${refused} calls of a loop, ${traced}`, figures);
      expect(soak.last).toContain('"check":"repeat"');
      expect(figures.peak - figures.base).toBeLessThan(FLAT);
      await soak.end();
    });
  }
});
