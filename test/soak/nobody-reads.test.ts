import { describe, expect, test } from 'vitest';
import { fixture } from '../e2e/support/fuze-process.js';
import { callLine, FLAT, report, Soak } from './support/soak.js';

const MEBIBYTE = 1024 * 1024;
const MESSAGES = 200;
const WARM_UP = MESSAGES / 10;
const TEXT = 'x'.repeat(MEBIBYTE);
/** Of messages that flow: what the collector has not come to yet. Held messages would be 200 MB and more. */
const FLOWING = 100 * MEBIBYTE;
const TIMEOUT = 120_000;

const config = (trace: boolean): string =>
  `[proxy]\nmax_iterations = 1_000_000_000\ntimeout = "1h"\ntrace = ${trace ? '"trace.jsonl"' : 'false'}`;

/** fuze in front of the raw server after some calls of 1 MB each way. */
async function warmedUp(trace: boolean): Promise<Soak> {
  const soak = new Soak(fixture('raw-server'), config(trace));
  for (let id = 1; id <= WARM_UP; id += 1) {
    soak.send([callLine(id, 'text', { text: TEXT })]);
    await soak.receives(id);
  }
  return soak;
}

const calls = (tool: string, args: object): string[] =>
  Array.from({ length: MESSAGES }, (_, index) => callLine(`c${index}`, tool, { ...args, index }));

describe.runIf(process.platform === 'linux')(`${MESSAGES} messages of 1 MB`, () => {
  for (const trace of [false, true]) {
    const traced = trace ? 'with a trace' : 'without a trace';

    test(`calls to a server that does not read, ${traced}`, { timeout: TIMEOUT }, async () => {
      const soak = await warmedUp(trace);
      soak.send([callLine('stop', 'stop-reading', {})]);
      await soak.receives(WARM_UP + 1);
      const base = soak.memory;
      soak.send(calls('text', { text: TEXT }));
      const held = { base, peak: await soak.standstill() };
      report(`calls to a server that does not read, ${traced}`, held);
      expect(soak.child.stdin.writableLength).toBeGreaterThan(150 * MEBIBYTE);
      expect(held.peak - held.base).toBeLessThan(FLAT);
      process.kill(soak.serverPid, 'SIGUSR2');
      await soak.receives(WARM_UP + 1 + MESSAGES);
      await soak.end();
    });

    test(`answers to a client that does not read, ${traced}`, { timeout: TIMEOUT }, async () => {
      const soak = await warmedUp(trace);
      soak.child.stdout.pause();
      const base = soak.memory;
      soak.send(calls('big', { bytes: MEBIBYTE }));
      const held = { base, peak: await soak.standstill() };
      report(`answers to a client that does not read, ${traced}`, held);
      expect(soak.lines).toBeLessThan(WARM_UP + 50);
      expect(held.peak - held.base).toBeLessThan(FLAT);
      soak.child.stdout.resume();
      await soak.receives(WARM_UP + MESSAGES);
      await soak.end();
    });

    test(`calls in flight, to a server that reads and whose answers nobody reads, ${traced}`, {
      timeout: TIMEOUT,
    }, async () => {
      const soak = await warmedUp(trace);
      soak.child.stdout.pause();
      const base = soak.memory;
      soak.send(calls('text', { text: TEXT }));
      const flowed = { base, peak: await soak.standstill() };
      report(`calls in flight whose answers nobody reads, ${traced}`, flowed);
      expect(flowed.peak - flowed.base).toBeLessThan(FLOWING);
      soak.child.stdout.resume();
      await soak.receives(WARM_UP + MESSAGES);
      await soak.end();
    });
  }
});
