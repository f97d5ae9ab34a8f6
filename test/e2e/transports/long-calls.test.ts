import { describe, expect, it } from 'vitest';
import { fixture, startFuze } from '../support/fuze-process.js';
import type { HttpAgent } from '../support/http-agent.js';
import { type ListeningFuze, startListening } from '../support/listening-fuze.js';
import type { Message } from '../support/message.js';
import { serveRaw } from '../support/raw-http-server.js';

const CONFIG = `
[proxy]
trace = "trace.jsonl"
max_cost_per_run = 0.10

[proxy.tools.ask]
estimated_cost = 0.05

[proxy.tools.job]
estimated_cost = 0.05

[proxy.tools.refund]
side_effect = true
dedupe = "1h"

[proxy.tools.confirmed]
side_effect = true
dedupe = "1h"
`;
const FLAGS = ['ask=input-required', 'confirmed=confirmed-effect', 'job=task', 'refund=effect'];
const TOOLS = FLAGS.flatMap((alias) => ['--tool', alias]);
const TRACE = `00-${'a'.repeat(32)}-${'1'.repeat(16)}-01`;
const YES = { sure: { action: 'accept', content: {} } };
const DONE = { result: { content: [{ type: 'text', text: 'refunded' }] } };

interface Served {
  readonly fuze: ListeningFuze;
  /** How often an effect took place. */
  readonly executed: () => number;
  /** Moves a task of the server on. */
  readonly moveOn: (taskId: string, status: string, more?: object) => Promise<unknown>;
  /** Ends the server without a word. */
  readonly crash: () => Promise<unknown>;
}

const SERVERS: Readonly<Record<string, () => Promise<Served>>> = {
  'the shared server': async () => {
    const env = { RAW_JOURNAL: 'journal' };
    const fuze = await startListening(fixture('raw-server', ...TOOLS), { config: CONFIG, env });
    const { workspace } = fuze.process;
    const other = (): Promise<HttpAgent> => fuze.agent({ era: 'stateless' });
    return {
      fuze,
      executed: () => linesOf(workspace.read('journal')),
      moveOn: async (taskId, status, more) =>
        (await other()).request('raw/task', { taskId, status, ...more }),
      crash: async () => (await other()).call('exit').catch(() => {}),
    };
  },
  'a URL': async () => {
    const { url, process } = await serveRaw(...TOOLS);
    const fuze = await startListening(url, { config: CONFIG, flags: ['--transport', 'http'] });
    return {
      fuze,
      executed: () => linesOf(process.workspace.read('journal')),
      moveOn: (taskId, status, more) => process.request('raw/task', { taskId, status, ...more }),
      crash: () => process.stop(),
    };
  },
};

const linesOf = (file: Buffer): number => file.toString().split('\n').filter(Boolean).length;

async function open(server: string): Promise<Served> {
  const start = SERVERS[server];
  if (start === undefined) throw new Error(server);
  return start();
}

/** An agent of one run, however many connections it uses. */
const member = (fuze: ListeningFuze): Promise<HttpAgent> =>
  fuze.agent({ era: 'stateless', meta: { traceparent: TRACE } });

const round = (agent: HttpAgent, name: string, args: object, requestState: unknown) =>
  agent.call(name, args, { inputResponses: YES, requestState });

const callsOf = (records: readonly Record<string, unknown>[]): unknown[] =>
  records.filter(({ kind }) => kind === 'call').map(({ outcome, cost }) => [outcome, cost]);

const outcomesOf = (records: readonly Record<string, unknown>[]): unknown[] =>
  records.filter(({ kind }) => kind === 'call').map(({ outcome }) => outcome);

describe.each(Object.keys(SERVERS))('a call in rounds, in front of %s', (server) => {
  it('is one call over three connections: one account, one charge', async () => {
    const { fuze } = await open(server);
    const args = { rounds: 2 };
    const first = await (await member(fuze)).call('ask', args);
    expect(first.result).toMatchObject({ resultType: 'input_required' });
    const second = await round(await member(fuze), 'ask', args, first.result?.requestState);
    const third = await round(await member(fuze), 'ask', args, second.result?.requestState);
    expect(third.toolText).toContain('complete');
    // Exactly at the ceiling is allowed: the first call was charged once.
    const last = await member(fuze);
    expect((await last.call('ask', { n: 2 })).decision).toBeUndefined();
    expect((await last.call('ask', { n: 3 })).decision).toMatchObject({
      check: 'budget',
      spentUsd: 0.05,
      reservedUsd: 0.05,
    });
    expect(callsOf(await fuze.records())).toEqual([
      ['input_required', 0],
      ['input_required', 0],
      ['success', 0.05],
      ['input_required', 0],
      ['refused', 0],
      ['shutdown', 0.05],
    ]);
    expect((await fuze.verify()).code).toBe(0);
  });

  it('goes on in its own run from a connection of which nobody knows whose it is', async () => {
    const { fuze } = await open(server);
    const asking = await fuze.agent({ era: 'stateless' });
    const { result } = await asking.call('ask', { n: 1 });
    asking.leave();
    const answering = await fuze.agent({ era: 'stateless' });
    const done = await round(answering, 'ask', { n: 1 }, result?.requestState);
    expect(done.toolText).toContain('complete');
    const records = await fuze.records();
    expect(callsOf(records)).toEqual([
      ['input_required', 0],
      ['success', 0.05],
    ]);
    expect(new Set(records.map(({ runId }) => runId).filter(Boolean)).size).toBe(1);
  });

  it('takes effect once, also when it is asked for again', async () => {
    const { fuze, executed } = await open(server);
    const { result } = await (await member(fuze)).call('confirmed', { order: 1 });
    expect(executed()).toBe(0);
    const done = await round(await member(fuze), 'confirmed', { order: 1 }, result?.requestState);
    expect(done.decision).toBeUndefined();
    const again = await round(await member(fuze), 'confirmed', { order: 1 }, result?.requestState);
    expect(again.decision).toMatchObject({ action: 'replay' });
    const other = await fuze.agent({ era: 'stateless' });
    expect((await other.call('confirmed', { order: 1 })).decision).toMatchObject({
      action: 'replay',
    });
    expect(executed()).toBe(1);
  });

  it.each([
    ['of a call that does not wait', 'confirmed', { order: 2 }, undefined],
    ['that was made up', 'confirmed', { order: 1 }, 'state-9'],
  ])('is not gone round by a requestState %s', async (_, name, args, forged) => {
    const { fuze, executed } = await open(server);
    const agent = await member(fuze);
    const { result } = await agent.call('confirmed', { order: 1 });
    await round(agent, 'confirmed', { order: 1 }, result?.requestState);
    expect(executed()).toBe(1);
    const state = forged ?? result?.requestState;
    const stranger = await fuze.agent({ era: 'stateless' });
    const answer = await round(stranger, name, args, state);
    if (forged !== undefined) expect(answer.decision).toMatchObject({ check: 'side_effect' });
    const again = await round(stranger, name, args, state);
    expect(again.decision).toMatchObject({ check: 'side_effect' });
    expect(executed()).toBe(forged === undefined ? 2 : 1);
  });

  it('pays for a made-up round as for any call', async () => {
    const { fuze } = await open(server);
    const agent = await member(fuze);
    for (const n of [1, 2]) await round(agent, 'ask', { n }, 'state-1');
    expect((await round(agent, 'ask', { n: 3 }, 'state-1')).decision).toMatchObject({
      check: 'budget',
      spentUsd: 0.1,
    });
  });
});

describe.each(Object.keys(SERVERS))('a call that goes on as a task, in front of %s', (server) => {
  it('is settled by whoever is told of its end', async () => {
    const { fuze, executed, moveOn } = await open(server);
    const creating = await member(fuze);
    const created = await creating.call('refund', { and: 'task', order: 1 });
    expect(created.result).toMatchObject({ resultType: 'task', taskId: 'task-1' });
    creating.leave();
    await moveOn('task-1', 'completed', { answer: DONE });
    const polling = await fuze.agent({ era: 'stateless' });
    await polling.request('tasks/get', { taskId: 'task-1' });
    const again = await polling.call('refund', { and: 'task', order: 1 });
    expect(again.toolText).toContain('refunded');
    expect(again.decision).toMatchObject({ action: 'replay' });
    expect(executed()).toBe(1);
    expect(outcomesOf(await fuze.records())).toEqual(['task', 'success', 'replayed']);
    expect((await fuze.verify()).code).toBe(0);
  });

  it('holds its reservation over connections, and is charged once', async () => {
    const { fuze, moveOn } = await open(server);
    await (await member(fuze)).call('job', { task_id: 'a' });
    await (await member(fuze)).call('job', { task_id: 'b' });
    const agent = await member(fuze);
    const over = await agent.call('job', { task_id: 'c' });
    expect(over.decision).toMatchObject({ check: 'budget', spentUsd: 0, reservedUsd: 0.1 });
    await moveOn('a', 'completed', { answer: DONE });
    for (let poll = 0; poll < 3; poll += 1) await agent.request('tasks/get', { taskId: 'a' });
    const after = await agent.call('job', { task_id: 'c' });
    expect(after.decision).toMatchObject({ spentUsd: 0.05, reservedUsd: 0.05 });
  });
});

it('gives up what waits at a shared server that crashes, and refuses the effect from then on', async () => {
  const { fuze, executed, crash } = await open('the shared server');
  const agent = await member(fuze);
  const { result } = await agent.call('confirmed', { order: 1 });
  await agent.call('refund', { and: 'task', order: 2 });
  await crash();
  const late = await round(agent, 'confirmed', { order: 1 }, result?.requestState);
  expect(late.decision).toMatchObject({ action: 'refuse', check: 'side_effect' });
  const again = await agent.call('refund', { and: 'task', order: 2 });
  expect(again.decision).toMatchObject({ action: 'refuse', check: 'side_effect' });
  expect(executed()).toBe(1);
});

it('gives up what waits in a session in front of a command when the session ends', async () => {
  const env = { RAW_JOURNAL: 'journal' };
  const fuze = await startListening(fixture('raw-server', ...TOOLS), { config: CONFIG, env });
  const one = await fuze.agent({ era: 'sessions' });
  await one.call('refund', { and: 'task', order: 1 }, { task: { ttl: 60_000 } });
  expect(await one.end()).toBe(200);
  const other = await fuze.agent({ era: 'sessions' });
  const again = await other.call('refund', { and: 'task', order: 1 });
  expect(again.decision).toMatchObject({ action: 'refuse', check: 'side_effect' });
});

it('settles a task of one session of a remote server in another, also after DELETE', async () => {
  const { fuze, executed, moveOn } = await open('a URL');
  const one = await fuze.agent({ era: 'sessions' });
  await one.call('refund', { and: 'task', order: 1 }, { task: { ttl: 60_000 } });
  expect(await one.end()).toBe(200);
  await moveOn('task-1', 'completed', { answer: DONE });
  const other = await fuze.agent({ era: 'sessions' });
  expect((await other.request('tasks/result', { taskId: 'task-1' })).toolText).toBe('refunded');
  const again = await other.call('refund', { and: 'task', order: 1 });
  expect(again.decision).toMatchObject({ action: 'replay' });
  expect(executed()).toBe(1);
});

describe('stdio in front of a URL', () => {
  const MODERN = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': { elicitation: {} },
  };

  it('leads a call through its rounds and a task to its end, each once', async () => {
    const { url, process } = await serveRaw(...TOOLS);
    const fuze = startFuze(['proxy', '--url', url], { config: CONFIG });
    const call = (name: string, args: object, more: object = {}): Promise<Message> =>
      fuze.request('tools/call', { name, arguments: args, _meta: MODERN, ...more });
    const { result } = await call('confirmed', { order: 1 });
    const rest = { inputResponses: YES, requestState: result?.requestState };
    expect((await call('confirmed', { order: 1 }, rest)).toolText).toBe('ok');
    expect((await call('confirmed', { order: 1 })).decision).toMatchObject({ action: 'replay' });
    await call('refund', { and: 'task', order: 2 });
    await process.request('raw/task', { taskId: 'task-1', status: 'completed', answer: DONE });
    await fuze.request('tasks/get', { taskId: 'task-1', _meta: MODERN });
    expect((await call('refund', { and: 'task', order: 2 })).toolText).toContain('refunded');
    expect(linesOf(process.workspace.read('journal'))).toBe(2);
    fuze.endInput();
    await fuze.closed;
    const records = fuze.workspace.jsonLines('trace.jsonl').map(({ payload }) => Object(payload));
    expect(outcomesOf(records)).toEqual([
      'input_required',
      'success',
      'replayed',
      'task',
      'success',
      'replayed',
    ]);
  });
});

it('keeps the budget exact for many agents at once that leave between their rounds', async () => {
  const { fuze } = await open('the shared server');
  const agents = await Promise.all(
    Array.from({ length: 16 }, (_, n) =>
      fuze.agent({ era: 'stateless', meta: { traceparent: traceOf(n) } }),
    ),
  );
  await Promise.all(
    agents.map(async (agent, n) => {
      for (const turn of [1, 2]) {
        const args = { n, turn };
        const { result } = await agent.call('ask', args);
        agent.leave();
        await round(agent, 'ask', args, result?.requestState);
      }
      expect((await agent.call('ask', { n, turn: 3 })).decision).toMatchObject({
        check: 'budget',
        spentUsd: 0.1,
        reservedUsd: 0,
      });
    }),
  );
  const calls = outcomesOf(await fuze.records());
  expect(calls.filter((outcome) => outcome === 'success')).toHaveLength(32);
  expect(calls.filter((outcome) => outcome === 'refused')).toHaveLength(16);
  expect((await fuze.verify()).code).toBe(0);
});

const traceOf = (n: number): string => `00-${String(n + 1).padStart(32, '0')}-${'1'.repeat(16)}-01`;
