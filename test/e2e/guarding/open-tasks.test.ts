import { describe, expect, it } from 'vitest';
import { type FuzeProcess, fixture, runFuze, startProxy } from '../support/fuze-process.js';
import type { Message } from '../support/message.js';

const CONFIG = `
[proxy]
trace = "trace.jsonl"
max_cost_per_run = 0.10

[proxy.tools.job]
estimated_cost = 0.05

[proxy.tools.refund]
side_effect = true
timeout = "1s"
`;
const server = fixture('raw-server', '--tool', 'job=task', '--tool', 'refund=effect');
const env = { RAW_JOURNAL: 'journal' };
const start = (): FuzeProcess => startProxy(server, { config: CONFIG, env });

/** A side effect that the server answers with a task. */
const REFUND = { and: 'task', order: 1 };
const DONE = { result: { content: [{ type: 'text', text: 'refunded' }] } };
const ID = 'task-1';

/** Calls in the form of 2025-11-25, in which the client asks for a task. */
function callAsTask(fuze: FuzeProcess, name: string, args: object): Promise<Message> {
  return fuze.request('tools/call', { name, arguments: args, task: { ttl: 60_000 } });
}

const moveOn = (fuze: FuzeProcess, status: string, more: object = {}): Promise<Message> =>
  fuze.request('raw/task', { taskId: ID, status, ...more });

const about = (fuze: FuzeProcess, method: string, taskId = ID): Promise<Message> =>
  fuze.request(method, { taskId });

const executed = (fuze: FuzeProcess): number =>
  fuze.workspace.read('journal').toString().split('\n').filter(Boolean).length;

async function recordsOf(fuze: FuzeProcess): Promise<Record<string, unknown>[]> {
  fuze.endInput();
  await fuze.closed;
  return fuze.workspace
    .jsonLines('trace.jsonl')
    .map(
      ({ payload }): Record<string, unknown> => ({
        ...(payload instanceof Object ? payload : {}),
      }),
    )
    .filter(({ kind }) => kind === 'call');
}

const outcomesOf = (records: readonly Record<string, unknown>[]): unknown[] =>
  records.map(({ outcome }) => outcome);

describe('a call that is answered with a task', () => {
  it('is open until its task ends: it holds its reservation, and is charged once', async () => {
    const fuze = start();
    const created = await fuze.call('job');
    expect(created.result).toMatchObject({ resultType: 'task', taskId: ID, status: 'working' });
    expect((await about(fuze, 'tasks/get')).result).toMatchObject({ status: 'working' });
    await fuze.call('job', { task_id: 'task-2' });
    expect((await fuze.call('job', { n: 3 })).decision).toMatchObject({
      check: 'budget',
      spentUsd: 0,
      reservedUsd: 0.1,
    });
    await moveOn(fuze, 'completed', { answer: DONE });
    await about(fuze, 'tasks/get');
    await about(fuze, 'tasks/get');
    expect((await fuze.call('job', { n: 3 })).decision).toMatchObject({
      spentUsd: 0.05,
      reservedUsd: 0.05,
    });
    const records = await recordsOf(fuze);
    expect(records.map(({ outcome, cost }) => [outcome, cost])).toEqual([
      ['task', 0],
      ['task', 0],
      ['refused', 0],
      ['success', 0.05],
      ['refused', 0],
      ['shutdown', 0.05],
    ]);
    expect(records[3]).toMatchObject({ ...DONE, callId: String(created.id) });

    const { workspace } = fuze;
    expect((await runFuze(['verify', 'trace.jsonl'], { workspace })).code).toBe(0);
    const report = await runFuze(['report', 'trace.jsonl', '--json'], { workspace });
    expect(JSON.parse(report.stdout)).toMatchObject({ total: { calls: 4 } });
    const simulated = await runFuze(['simulate', 'trace.jsonl', '--json'], { workspace });
    expect(simulated.stdout.trim().split('\n')).toHaveLength(4);
  });

  it.each([
    ['tasks/get with the result within (the extension)', false, 'tasks/get'],
    ['tasks/result (2025-11-25)', true, 'tasks/result'],
  ])('is settled by %s: an identical call gets the recorded result', async (_, asTask, method) => {
    const fuze = start();
    await (asTask ? callAsTask(fuze, 'refund', REFUND) : fuze.call('refund', REFUND));
    await moveOn(fuze, 'completed', { answer: DONE });
    await about(fuze, method);
    const again = await fuze.call('refund', REFUND);
    expect(again.decision).toMatchObject({ action: 'replay', check: 'side_effect' });
    expect(again.toolText).toBe('refunded');
    expect(executed(fuze)).toBe(1);
  });

  it('is settled by a notification with the result within (the extension)', async () => {
    const fuze = start();
    await fuze.call('refund', REFUND);
    await moveOn(fuze, 'completed', { answer: DONE, notify: true });
    expect((await fuze.call('refund', REFUND)).decision).toMatchObject({ action: 'replay' });
    expect(executed(fuze)).toBe(1);
  });

  it.each([
    ['tasks/get', false],
    ['a notification', true],
  ])('has the result that is fetched after %s has told its end (2025-11-25)', async (_, notify) => {
    const fuze = start();
    await callAsTask(fuze, 'refund', REFUND);
    await moveOn(fuze, 'completed', { answer: DONE, notify });
    if (!notify) expect((await about(fuze, 'tasks/get')).result).not.toHaveProperty('result');
    await about(fuze, 'tasks/result');
    expect((await fuze.call('refund', REFUND)).toolText).toBe('refunded');
    const asTask = await callAsTask(fuze, 'refund', REFUND);
    expect(asTask.error).toMatchObject({ code: -32000, data: { action: 'replay' } });
    const records = await recordsOf(fuze);
    expect(outcomesOf(records)).toEqual(['task', 'success', 'replayed', 'replayed']);
    expect(records[1]).toMatchObject(DONE);
  });

  it.each([
    ['completed', 'success'],
    ['failed', 'failure'],
    ['cancelled', 'cancelled'],
  ])(
    'that is %s by a notification ends so, though nobody fetches its result',
    async (status, outcome) => {
      const fuze = start();
      await callAsTask(fuze, 'refund', REFUND);
      await moveOn(fuze, status, { notify: true });
      expect(outcomesOf(await recordsOf(fuze))).toEqual(['task', outcome]);
    },
  );

  it('that fails may be tried again', async () => {
    const fuze = start();
    await fuze.call('refund', REFUND);
    await moveOn(fuze, 'failed', { answer: { error: { code: -32603, message: 'no network' } } });
    await about(fuze, 'tasks/get');
    expect((await fuze.call('refund', REFUND)).decision).toBeUndefined();
    expect(executed(fuze)).toBe(2);
    expect((await recordsOf(fuze))[1]).toMatchObject({ outcome: 'failure' });
  });

  it.each([true, false])('that is cancelled is unknown (2025-11-25: %s)', async (asTask) => {
    const fuze = start();
    await (asTask ? callAsTask(fuze, 'refund', REFUND) : fuze.call('refund', REFUND));
    await about(fuze, 'tasks/cancel');
    if (!asTask) {
      await moveOn(fuze, 'cancelled');
      await about(fuze, 'tasks/get');
    }
    expect((await fuze.call('refund', REFUND)).decision).toMatchObject({
      check: 'side_effect',
      state: 'unknown',
      cause: 'cancelled',
    });
    expect(outcomesOf(await recordsOf(fuze))).toEqual(['task', 'cancelled', 'refused']);
  });

  it('that is over when it is to be cancelled has its result', async () => {
    const fuze = start();
    await fuze.call('refund', REFUND);
    await moveOn(fuze, 'completed', { answer: DONE });
    await about(fuze, 'tasks/cancel');
    await about(fuze, 'tasks/get');
    expect((await fuze.call('refund', REFUND)).toolText).toBe('refunded');
  });

  it('that lives longer than its ttl is unknown, until its result comes after all', async () => {
    const fuze = start();
    await fuze.call('refund', { ...REFUND, ttl: 100 });
    const refused = await fuze.call('refund', { ...REFUND, ttl: 100 });
    expect(refused.decision).toMatchObject({ state: 'unknown', cause: 'timeout' });
    await moveOn(fuze, 'completed', { answer: DONE });
    await about(fuze, 'tasks/get');
    expect((await fuze.call('refund', { ...REFUND, ttl: 100 })).toolText).toBe('refunded');
    expect(executed(fuze)).toBe(1);
  });

  it('is not sent a second time while its task runs, or asks for input', async () => {
    const fuze = start();
    await fuze.call('refund', REFUND);
    await moveOn(fuze, 'input_required', {
      answer: { inputRequests: { sure: { method: 'elicitation/create', params: {} } } },
    });
    await about(fuze, 'tasks/get');
    await fuze.request('tasks/update', { taskId: ID, inputResponses: { sure: {} } });
    expect((await fuze.call('refund', REFUND)).decision).toMatchObject({ state: 'pending' });
    expect(executed(fuze)).toBe(1);
  });

  it('pays once for the model that its task asks the client for', async () => {
    const fuze = start();
    await fuze.call('refund', REFUND);
    const params = { messages: [], maxTokens: 5 };
    const inputRequests = { think: { method: 'sampling/createMessage', params } };
    await moveOn(fuze, 'input_required', { answer: { inputRequests } });
    const usage = { inputTokens: 20_000, outputTokens: 0 };
    const think = { role: 'assistant', content: {}, model: 'gpt-4o', _meta: { usage } };
    await about(fuze, 'tasks/get');
    await fuze.request('tasks/update', { taskId: ID, inputResponses: { think } });
    await about(fuze, 'tasks/get');
    await fuze.request('tasks/update', { taskId: ID, inputResponses: { think } });
    await fuze.call('job', { task_id: 'task-2' });
    expect((await fuze.call('job', { n: 2 })).decision).toMatchObject({ spentUsd: 0.05 });
  });

  it('is unknown when the server exits', async () => {
    const fuze = start();
    await fuze.call('refund', REFUND);
    await fuze.request('tools/call', { name: 'exit' });
    await fuze.closed;
    const again = startProxy(server, { workspace: fuze.workspace, env });
    expect((await again.call('refund', REFUND)).decision).toMatchObject({
      state: 'unknown',
      cause: 'server exited',
    });
    expect(executed(fuze)).toBe(1);
  });

  it('is not ended by the refusal of a request about it, nor by another task', async () => {
    const fuze = start();
    await callAsTask(fuze, 'refund', REFUND);
    await callAsTask(fuze, 'job', { task_id: 'task-2' });
    expect((await about(fuze, 'tasks/result', 'task-3')).error).toMatchObject({ code: -32602 });
    await fuze.request('raw/task', { taskId: 'task-2', status: 'completed', answer: DONE });
    await about(fuze, 'tasks/result', 'task-2');
    expect((await fuze.call('refund', REFUND)).decision).toMatchObject({ state: 'pending' });
  });

  it('is refused with an error where the client asked for a task: it takes no result then', async () => {
    const fuze = start();
    await callAsTask(fuze, 'job', { n: 1 });
    await callAsTask(fuze, 'job', { n: 2, task_id: 'task-2' });
    const refused = await callAsTask(fuze, 'job', { n: 3 });
    expect(refused.error).toMatchObject({ code: -32000 });
    expect(refused.decision).toMatchObject({ check: 'budget' });
  });

  it('may have a member "task" in its result where the client asked for none', async () => {
    const fuze = start();
    await fuze.call('result', { result: { content: [], task: { taskId: 'x' } } });
    expect(outcomesOf(await recordsOf(fuze))).toEqual(['success']);
  });

  it('is not asked about with two ids in one message: a server could take either', async () => {
    const fuze = start();
    await fuze.write(
      '{"jsonrpc":"2.0","id":7,"method":"tasks/get","params":{"taskId":"a","taskId":"b"}}\n',
    );
    expect((await fuze.response(7)).error).toMatchObject({ code: -32600 });
  });
});
