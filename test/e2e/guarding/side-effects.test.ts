import { describe, expect, it } from 'vitest';
import { type FuzeProcess, fixture, runFuze, startProxy } from '../support/fuze-process.js';

const CONFIG = `
[proxy.tools.refund]
side_effect = true
timeout = "300ms"

[proxy.tools.later]
side_effect = true
dedupe = "24h"
`;
const server = fixture('raw-server', '--tool', 'refund=effect', '--tool', 'later=effect');
const env = { RAW_JOURNAL: 'journal' };

const executed = (fuze: FuzeProcess): number =>
  fuze.workspace.read('journal').toString().split('\n').filter(Boolean).length;

describe('a declared side effect', () => {
  it('runs once: an identical call gets the recorded result, whatever the order of its arguments', async () => {
    const fuze = startProxy(server, { config: CONFIG, env });
    const first = await fuze.call('refund', { order: 1, amount: 5 });
    const second = await fuze.call('refund', { amount: 5.0, order: 1 });
    expect(second.toolText).toBe(first.toolText);
    expect(second.isToolError).toBe(false);
    expect(second.decision).toMatchObject({ action: 'replay', check: 'side_effect' });
    await fuze.call('refund', { order: 2, amount: 5 });
    expect(executed(fuze)).toBe(2);
  });

  it('sent twice at once runs once: the second waits for the first and gets its result', async () => {
    const fuze = startProxy(server, { config: CONFIG, env });
    const [one, two] = await Promise.all([
      fuze.call('refund', { order: 1, and: 'delay', ms: 50 }),
      fuze.call('refund', { order: 1, and: 'delay', ms: 50 }),
    ]);
    expect(two.toolText).toBe(one.toolText);
    expect(two.decision).toMatchObject({ action: 'replay' });
    expect(executed(fuze)).toBe(1);
  });

  it('may be tried again when the server said that it failed', async () => {
    const fuze = startProxy(server, { config: CONFIG, env });
    expect((await fuze.call('refund', { order: 1, and: 'fail' })).isToolError).toBe(true);
    expect((await fuze.call('refund', { order: 1, and: 'fail' })).decision).toBeUndefined();
    expect(executed(fuze)).toBe(2);
  });

  it('with an outcome that nobody knows is refused until a person resolves it', async () => {
    const fuze = startProxy(server, { config: CONFIG, env });
    const args = { order: 1, and: 'never' };
    expect((await fuze.call('refund', args)).decision).toMatchObject({ check: 'timeout' });
    const refused = await fuze.call('refund', args);
    expect(refused.decision).toMatchObject({ check: 'side_effect', state: 'unknown' });
    const key = String(refused.decision?.key);
    expect(refused.toolText).toContain(`fuze ledger resolve ${key}`);
    fuze.endInput();
    await fuze.closed;

    const { workspace } = fuze;
    const listed = await runFuze(['ledger', 'list', '--state', 'unknown'], { workspace });
    expect(listed.stdout).toContain(key);
    const again = startProxy(server, { workspace, env });
    expect((await again.call('refund', args)).decision).toMatchObject({ state: 'unknown' });
    const resolved = await runFuze(['ledger', 'resolve', key, '--executed'], { workspace });
    expect(resolved.code).toBe(0);
    expect((await again.call('refund', args)).decision).toMatchObject({ action: 'replay' });
    expect(executed(fuze)).toBe(1);
  });

  it('with a dedupe of its own is remembered by the next proxy; one of the run is not', async () => {
    const first = startProxy(server, { config: CONFIG, env });
    await first.call('refund', { order: 1 });
    await first.call('later', { order: 1 });
    first.endInput();
    await first.closed;
    const second = startProxy(server, { workspace: first.workspace, env });
    expect((await second.call('refund', { order: 1 })).decision).toBeUndefined();
    expect((await second.call('later', { order: 1 })).decision).toMatchObject({ action: 'replay' });
    expect(executed(first)).toBe(3);
  });

  it('with a member twice in its arguments is refused: servers would disagree on what it is', async () => {
    const fuze = startProxy(server, { config: CONFIG, env });
    await fuze.write(
      '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"refund","arguments":{"order":1,"order":2}}}\n',
    );
    expect((await fuze.response(7)).error).toMatchObject({ code: -32600 });
    expect(executed(fuze)).toBe(0);
  });
});
