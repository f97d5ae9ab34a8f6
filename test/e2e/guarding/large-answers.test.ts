import { describe, expect, it } from 'vitest';
import { runFuze } from '../support/fuze-process.js';
import { callText, startRawProxy } from '../support/raw-proxy.js';

const FILLINGS = ['plain ', 'é€😀', '"quoted" \\ ', '\u0001\n\t', '{"a":1}'];

/** Calls whose answers differ in what they hold and in length, from none to several megabytes. */
function callsOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const text = (FILLINGS[index % FILLINGS.length] ?? '').repeat((index * 7_919) % 60_000);
    return callText(String(index), 'echo', { text: `${index} ${text}` });
  });
}

describe('large answers', () => {
  it.each([
    ['with default checks', []],
    ['with a trace', ['--trace', 't.jsonl']],
  ])('come as the server sent them, many at a time, %s', async (_, flags) => {
    const calls = callsOf(30);
    const { fuze } = startRawProxy({ config: '', flags });
    await fuze.write(`${calls.join('\n')}\n`);
    for (const [index, line] of calls.entries()) {
      expect((await fuze.response(index)).toolText === line).toBe(true);
    }
    fuze.endInput();
    await fuze.closed;
    if (flags.length === 0) return;
    const { workspace } = fuze;
    const lines = workspace.read('t.jsonl').toString().trim().split('\n');
    const shown = new Map<string, string>();
    for (const line of lines) {
      const { kind, callId, result } = JSON.parse(line).payload;
      if (kind === 'call') shown.set(callId, result.content[0].text);
    }
    for (const [index, line] of calls.entries()) {
      expect(shown.get(String(index)) === line).toBe(true);
    }
    expect((await runFuze(['verify', 't.jsonl'], { workspace })).code).toBe(0);
  });

  it('are as much of a loop as small ones where they repeat', async () => {
    const { fuze } = startRawProxy({ config: '' });
    const admitted = async (bytes: number): Promise<number> => {
      for (let time = 0; ; time += 1) {
        const { decision } = await fuze.call('big', { bytes });
        if (decision !== undefined) return decision.check === 'repeat' ? time : Number.NaN;
      }
    };
    const large = await admitted(300_000);
    expect(large).toBeGreaterThan(0);
    expect(large).toBe(await admitted(1_000));
  });
});
