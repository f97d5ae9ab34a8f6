import { describe, expect, it } from 'vitest';
import { type FuzeProcess, fixture, runFuze, startProxy } from '../support/fuze-process.js';
import type { Message } from '../support/message.js';

const CONFIG = `
[proxy]
trace = "trace.jsonl"
max_cost_per_run = 0.10

[proxy.tools.ask]
estimated_cost = 0.05

[proxy.tools.free]
estimated_cost = 0

[proxy.tools.refund]
side_effect = true
timeout = "300ms"
ignore_args = ["trace_id"]
`;
const server = fixture(
  'raw-server',
  ...['ask=input-required', 'free=input-required', 'refund=confirmed-effect', 'plain=ok'].flatMap(
    (alias) => ['--tool', alias],
  ),
);
const env = { RAW_JOURNAL: 'journal' };
const start = (config = CONFIG): FuzeProcess => startProxy(server, { config, env });

interface Round {
  readonly state?: string;
  readonly responses?: object;
}

/** The next round of a call, as a client sends it. */
function round(fuze: FuzeProcess, name: string, args: object, round: Round): Promise<Message> {
  const { state, responses = { sure: { action: 'accept', content: {} } } } = round;
  return fuze.request('tools/call', {
    name,
    arguments: args,
    inputResponses: responses,
    ...(state === undefined ? {} : { requestState: state }),
  });
}

/** Answers every question as a good client does, and resolves with the last answer. */
async function answerAll(fuze: FuzeProcess, name: string, args: object): Promise<Message> {
  let answer = await fuze.call(name, args);
  while (answer.result?.resultType === 'input_required') {
    const { requestState } = answer.result;
    answer = await round(
      fuze,
      name,
      args,
      typeof requestState === 'string' ? { state: requestState } : {},
    );
  }
  return answer;
}

const executed = (fuze: FuzeProcess): number =>
  fuze.workspace.read('journal').toString().split('\n').filter(Boolean).length;

async function ended(fuze: FuzeProcess): Promise<Record<string, unknown>[]> {
  fuze.endInput();
  await fuze.closed;
  return fuze.workspace
    .jsonLines('trace.jsonl')
    .map(({ payload }) => ({ ...(payload instanceof Object ? payload : {}) }));
}

const callsIn = (records: readonly Record<string, unknown>[]) =>
  records
    .filter(({ kind }) => kind === 'call')
    .map(({ outcome, cost, callId }) => ({ outcome, cost, callId }));

describe('a call that asks its client for input', () => {
  it('is one call over all its rounds: one charge, one record that counts', async () => {
    const fuze = start();
    const answer = await answerAll(fuze, 'ask', { rounds: 2 });
    expect(answer.toolText).toContain('complete');
    // Exactly at the ceiling is allowed: the first call was charged once.
    expect((await answerAll(fuze, 'ask', { rounds: 1, n: 2 })).toolText).toContain('complete');
    expect((await fuze.call('ask', { n: 3 })).decision).toMatchObject({
      check: 'budget',
      spentUsd: 0.1,
      reservedUsd: 0,
    });
    const records = await ended(fuze);
    expect(callsIn(records).map(({ outcome, cost }) => [outcome, cost])).toEqual([
      ['input_required', 0],
      ['input_required', 0],
      ['success', 0.05],
      ['input_required', 0],
      ['success', 0.05],
      ['refused', 0],
    ]);
    expect(records.at(-1)).toMatchObject({ kind: 'session.end', calls: 3, refused: 1 });

    const { workspace } = fuze;
    const verified = await runFuze(['verify', 'trace.jsonl'], { workspace });
    expect([verified.code, verified.stderr]).toEqual([0, '']);
    const report = await runFuze(['report', 'trace.jsonl', '--json'], { workspace });
    expect(JSON.parse(report.stdout)).toMatchObject({ total: { calls: 3 } });
    const simulated = await runFuze(['simulate', 'trace.jsonl', '--json'], { workspace });
    const told = simulated.stdout.trim().split('\n');
    expect(told.map((line) => JSON.parse(line).action)).toEqual(['warn', 'warn', 'refuse']);
  });

  it('holds its reservation while it waits', async () => {
    const fuze = start();
    await fuze.call('ask', { n: 1 });
    await fuze.call('ask', { n: 2 });
    expect((await fuze.call('ask', { n: 3 })).decision).toMatchObject({
      check: 'budget',
      spentUsd: 0,
      reservedUsd: 0.1,
    });
  });

  it('takes ten rounds without a word from the loop checks or the count of calls', async () => {
    const fuze = start(`[proxy]\nmax_iterations = 2\n`);
    expect((await answerAll(fuze, 'free', { rounds: 10 })).toolText).toContain('complete');
    expect((await fuze.call('plain')).toolText).toBe('ok');
    expect((await fuze.call('plain', { n: 2 })).decision).toMatchObject({ check: 'iterations' });
  });

  it('has its effect once, and an identical call afterwards gets the recorded result', async () => {
    const fuze = start();
    const args = { order: 1, rounds: 2 };
    const first = await answerAll(fuze, 'refund', args);
    expect(first.decision).toBeUndefined();
    const again = await fuze.call('refund', args);
    expect(again.decision).toMatchObject({ action: 'replay', check: 'side_effect' });
    expect(again.toolText).toBe(first.toolText);
    expect(executed(fuze)).toBe(1);
  });

  it('is known by its arguments without those that are ignored', async () => {
    const fuze = start();
    await fuze.call('refund', { order: 1, trace_id: 'a' });
    const answer = await round(fuze, 'refund', { order: 1, trace_id: 'b' }, { state: 'state-1' });
    expect(answer.decision).toBeUndefined();
    expect(executed(fuze)).toBe(1);
  });

  it('is not sent a second time while it waits', async () => {
    const fuze = start();
    await fuze.call('refund', { order: 1 });
    expect((await fuze.call('refund', { order: 1 })).decision).toMatchObject({
      check: 'side_effect',
      state: 'pending',
    });
    expect((await round(fuze, 'refund', { order: 1 }, { state: 'state-1' })).isToolError).toBe(
      false,
    );
    expect(executed(fuze)).toBe(1);
  });

  it('takes a round once: the same round sent twice at once is one effect and one result', async () => {
    const fuze = start();
    await fuze.call('refund', { order: 1, and: 'delay', ms: 50 });
    const send = () =>
      round(fuze, 'refund', { order: 1, and: 'delay', ms: 50 }, { state: 'state-1' });
    const [one, two] = await Promise.all([send(), send()]);
    expect(two.toolText).toBe(one.toolText);
    expect([one, two].map(({ decision }) => decision?.action)).toEqual([undefined, 'replay']);
    expect(executed(fuze)).toBe(1);
  });

  it('takes the round before again, from a client that lost its answer', async () => {
    const fuze = start();
    const args = { order: 1, rounds: 2 };
    await fuze.call('refund', args);
    await round(fuze, 'refund', args, { state: 'state-1' });
    const again = await round(fuze, 'refund', args, { state: 'state-1' });
    expect(again.result?.requestState).toBe('state-2');
    await round(fuze, 'refund', args, { state: 'state-2' });
    expect(executed(fuze)).toBe(1);
  });

  it.each([
    ['another state', { state: 'state-9' }],
    ['no state where one was given', {}],
  ])('is not continued with %s: that is judged as a new call', async (_, made) => {
    const fuze = start();
    await fuze.call('refund', { order: 1 });
    expect((await round(fuze, 'refund', { order: 1 }, made)).decision).toMatchObject({
      check: 'side_effect',
      state: 'pending',
    });
    expect(executed(fuze)).toBe(0);
  });

  it('lets no made-up round past the budget, or past a recorded effect', async () => {
    const fuze = start();
    await answerAll(fuze, 'ask', { n: 1 });
    await answerAll(fuze, 'ask', { n: 2 });
    const forged = await round(fuze, 'ask', { n: 2 }, { state: 'state-1' });
    expect(forged.decision).toMatchObject({ check: 'budget' });
    await answerAll(fuze, 'refund', { order: 1 });
    const repeated = await round(fuze, 'refund', { order: 1 }, { state: 'state-1' });
    expect(repeated.decision).toMatchObject({ action: 'replay' });
    expect(executed(fuze)).toBe(1);
  });

  it('is refused its next round when its run was ended meanwhile', async () => {
    const fuze = start(`[proxy]\non_loop = "kill"\n`);
    await fuze.call('free', { n: 1 });
    let killed: Message;
    do killed = await fuze.call('plain');
    while (killed.decision === undefined);
    expect(killed.decision).toMatchObject({ action: 'kill' });
    const refused = await round(fuze, 'free', { n: 1 }, { state: 'state-1' });
    expect(refused.decision).toMatchObject({ check: 'killed' });
  });

  it('has no clock while its client is asked, and a new one in the next round', async () => {
    const fuze = start();
    await fuze.call('refund', { order: 1, and: 'never' });
    await new Promise((resolve) => setTimeout(resolve, 400));
    const late = await round(fuze, 'refund', { order: 1, and: 'never' }, { state: 'state-1' });
    expect(late.decision).toMatchObject({ check: 'timeout' });
    const again = await round(fuze, 'refund', { order: 1, and: 'never' }, { state: 'state-1' });
    expect(again.decision).toMatchObject({ check: 'side_effect', state: 'unknown' });
  });

  it('goes on without a state where the server gave none', async () => {
    const fuze = start();
    const args = { rounds: 1, stateless: true };
    expect((await fuze.call('ask', args)).result?.resultType).toBe('input_required');
    expect((await round(fuze, 'ask', args, {})).toolText).toContain('complete');
    expect((await fuze.call('ask', { n: 2 })).decision).toBeUndefined();
    expect((await fuze.call('ask', { n: 3 })).decision).toMatchObject({ spentUsd: 0.05 });
  });

  it('pays for the model that its server asks the client for', async () => {
    const fuze = start(
      `[proxy]\nmax_cost_per_run = 0.01\n[providers]\n"acme/house" = { input = 0.001, output = 0 }\n`,
    );
    await fuze.call('free', { sampling: true });
    const usage = { inputTokens: 20_000, outputTokens: 0 };
    const content = { type: 'text', text: 'yes' };
    const sure = { role: 'assistant', content, model: 'house', _meta: { usage } };
    await round(fuze, 'free', { sampling: true }, { state: 'state-1', responses: { sure } });
    expect((await fuze.call('plain')).decision).toMatchObject({ check: 'budget', spentUsd: 0.02 });
  });

  it('is unknown when fuze is killed while it waits', async () => {
    const fuze = start();
    await fuze.call('refund', { order: 1 });
    fuze.signal('SIGKILL');
    await fuze.closed;
    const again = startProxy(server, { workspace: fuze.workspace, env });
    expect(
      (await round(again, 'refund', { order: 1 }, { state: 'state-1' })).decision,
    ).toMatchObject({ check: 'side_effect', state: 'unknown' });
    expect(executed(fuze)).toBe(0);
  });

  it('ends with the session', async () => {
    const fuze = start();
    await fuze.call('refund', { order: 1 });
    await fuze.call('ask');
    const records = await ended(fuze);
    expect(callsIn(records).slice(2)).toEqual([
      { outcome: 'shutdown', cost: 0, callId: expect.anything() },
      { outcome: 'shutdown', cost: 0.05, callId: expect.anything() },
    ]);
    expect(records.at(-1)).toMatchObject({ kind: 'session.end', calls: 2 });
  });

  it('with two states in one message is refused: a server could take either', async () => {
    const fuze = start();
    await fuze.write(
      '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"ask","requestState":"a","requestState":"b"}}\n',
    );
    expect((await fuze.response(7)).error).toMatchObject({ code: -32600 });
  });
});
