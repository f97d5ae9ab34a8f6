import { describe, expect, it } from 'vitest';
import { fixture, startProxy } from '../support/fuze-process.js';

const server = fixture('raw-server');

function guarded(config: string) {
  return startProxy(server, { config });
}

describe('a refusal', () => {
  it('is a tool result that tells the model what was seen, and programs the numbers', async () => {
    const fuze = guarded('[proxy]\nmax_iterations = 1\n');
    await fuze.call('text', { text: 'first' });
    const refused = await fuze.call('text', { text: 'second' });
    expect(refused.isToolError).toBe(true);
    expect(refused.toolText).toMatch(/^fuze: .*max_iterations allows 1\..+/);
    expect(refused.decision).toMatchObject({
      action: 'refuse',
      check: 'iterations',
      tool: 'text',
      calls: 1,
      limit: 1,
      runId: expect.stringMatching(/^run_[0-9a-f]{16}$/),
      tripId: expect.stringMatching(/^fg_[0-9a-f]{12}$/),
    });
    expect(refused.result).not.toHaveProperty('resultType');
    expect(refused.result).not.toHaveProperty('structuredContent');
  });

  it('says that it is complete where the request speaks 2026-07-28 or later', async () => {
    const fuze = guarded('[proxy]\nmax_iterations = 0\n');
    const call = (version: string) =>
      fuze.request('tools/call', {
        name: 'text',
        arguments: {},
        _meta: { 'io.modelcontextprotocol/protocolVersion': version },
      });
    expect((await call('2026-07-28')).result?.resultType).toBe('complete');
    expect((await call('2027-01-01')).result?.resultType).toBe('complete');
    expect((await call('2025-11-25')).result).not.toHaveProperty('resultType');
  });

  it('is a JSON-RPC error with the same object as data where refuse_with = "error"', async () => {
    const fuze = guarded('[proxy]\nmax_iterations = 0\nrefuse_with = "error"\n');
    const refused = await fuze.call('text');
    expect(refused.error).toMatchObject({
      code: -32000,
      message: expect.stringMatching(/^fuze: /),
    });
    expect(refused.decision).toMatchObject({ check: 'iterations', tool: 'text' });
  });

  it.each([
    ['calls_per_tool', '[proxy.tools.text]\nmax_calls_per_run = 1\n'],
    ['rate', '[proxy]\nmax_calls_per_minute = 1\n'],
    ['rate', '[proxy.tools.text]\nmax_calls_per_minute = 1\n'],
    ['budget', '[proxy]\nmax_cost_per_run = 0.1\n[proxy.tools."*"]\nestimated_cost = 0.06\n'],
  ])('names the check %s', async (check, config) => {
    const fuze = guarded(config);
    expect((await fuze.call('text', { text: 'a' })).isToolError).toBe(false);
    expect((await fuze.call('text', { text: 'b' })).decision).toMatchObject({ check });
  });

  it('is given to the second of two calls that together would overspend, both in flight', async () => {
    const fuze = guarded(
      '[proxy]\nmax_cost_per_run = 0.1\n[proxy.tools."*"]\nestimated_cost = 0.1\n',
    );
    const first = fuze.call('hold', { key: 'a' }, 1);
    await fuze.next(({ method }) => method === 'raw/held');
    expect((await fuze.call('hold', { key: 'b' }, 2)).decision).toMatchObject({ check: 'budget' });
    await fuze.notify('raw/release', { keys: ['a'] });
    expect((await first).isToolError).toBe(false);
  });
});

describe('on_loop', () => {
  const loop = async (fuze: ReturnType<typeof guarded>, calls: number) => {
    const answers = [];
    for (let call = 0; call < calls; call += 1) answers.push(await fuze.call('ok', { same: 1 }));
    return answers.map(({ decision }) => decision?.action ?? 'passed');
  };

  it('skip, the default of the proxy, refuses the call and leaves the run alive', async () => {
    const fuze = guarded('');
    expect(await loop(fuze, 4)).toEqual(['passed', 'passed', 'refuse', 'refuse']);
    expect((await fuze.call('text', { text: 'other' })).isToolError).toBe(false);
  });

  it('skip becomes a kill after max_skips refusals in a row', async () => {
    const fuze = guarded('[loop_detection]\nmax_skips = 2\n');
    expect(await loop(fuze, 5)).toEqual(['passed', 'passed', 'refuse', 'refuse', 'kill']);
    expect((await fuze.call('text', { text: 'other' })).decision).toMatchObject({
      check: 'killed',
    });
  });

  it('kill latches the run: every later call is refused with the same trip', async () => {
    const fuze = guarded('[proxy]\non_loop = "kill"\n');
    await loop(fuze, 2);
    const killed = await fuze.call('ok', { same: 1 });
    const later = await fuze.call('text', { text: 'other' });
    expect(killed.decision).toMatchObject({ action: 'kill', check: 'repeat' });
    expect(later.decision).toMatchObject({ check: 'killed', tripId: killed.decision?.tripId });
    expect((await fuze.request('ping')).result).toEqual({});
  });

  it('kill with on_kill = "disconnect" ends the connection after the answer', async () => {
    const fuze = guarded('[proxy]\non_loop = "kill"\non_kill = "disconnect"\n');
    await loop(fuze, 2);
    expect((await fuze.call('ok', { same: 1 })).decision).toMatchObject({ action: 'kill' });
    expect(await fuze.exit).toEqual({ code: 0, signal: null });
  });

  it('warn lets it pass and says so on stderr', async () => {
    const fuze = guarded('[proxy]\non_loop = "warn"\n');
    expect(await loop(fuze, 3)).toEqual(['passed', 'passed', 'passed']);
    await fuze.stderrMatches(/This exact call of \\"ok\\"/);
  });

  it('replays a read-only tool once, with a note, before it refuses', async () => {
    const fuze = startProxy(fixture('raw-server', '--annotate', 'ok={"readOnlyHint":true}'), {
      config: '',
    });
    await fuze.request('tools/list');
    const actions = await loop(fuze, 4);
    expect(actions).toEqual(['passed', 'passed', 'replay', 'refuse']);
  });
});

describe('a run', () => {
  it('ends after run_idle without a call: the next one opens a new run', async () => {
    const fuze = guarded('[proxy]\nmax_iterations = 1\nrun_idle = "1ms"\n');
    await fuze.call('text', { text: 'a' });
    // Nothing to wait for but the clock: a call later than the next millisecond is in a new run.
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await fuze.call('text', { text: 'b' })).isToolError).toBe(false);
  });
});
