import { expect, test } from 'vitest';
import { type FuzeProcess, fixture, startDirect, startProxy } from './support/fuze-process.js';
import { callText, memoryOf } from './support/raw-proxy.js';

const mebibyte = 1024 * 1024;
const ROUNDS = 200;
const IN_FLIGHT = 256;
const [nodeMajor = 0] = process.versions.node.split('.').map(Number);
/**
 * What fuze holds more than two pipes do: its program, and what has not been collected yet. Measured 12 and 18 MiB, by
 * version of Node; 23 and 29 where the young generation may grow.
 */
const MORE = (nodeMajor < 24 ? 18 : 25) * mebibyte;

/** The most that a process has held when many calls have passed it. */
async function peakAfterCalls(between: FuzeProcess): Promise<number> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const ids = Array.from({ length: IN_FLIGHT }, (_, at) => round * IN_FLIGHT + at);
    await between.write(ids.map((id) => `${callText(String(id), 'look', { id })}\n`).join(''));
    await Promise.all(ids.map((id) => between.response(id)));
  }
  return memoryOf(between.pid, 'VmHWM');
}

test.runIf(process.platform === 'linux')(
  'many calls do not make the heap of fuze proxy grow as far as V8 would let it',
  async () => {
    const server = fixture('raw-server');
    const splice = startDirect([...fixture('bench/splice'), ...server]);
    const fuze = startProxy(server, { flags: ['--max-iterations', '1000000'] });
    const floor = await peakAfterCalls(splice);
    expect(await peakAfterCalls(fuze)).toBeLessThan(floor + MORE);
  },
);
