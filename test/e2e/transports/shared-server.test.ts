import { describe, expect, it, vi } from 'vitest';
import { fixture } from '../support/fuze-process.js';
import type { HttpAgent } from '../support/http-agent.js';
import { type ListeningFuze, startListening } from '../support/listening-fuze.js';
import type { Message } from '../support/message.js';

const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId';
const LOG_LEVEL = 'io.modelcontextprotocol/logLevel';
const CONFIG = `
[proxy]
trace = "trace.jsonl"

[proxy.tools.refund]
side_effect = true
dedupe = "1h"
`;
const env = { RAW_LOG: 'raw.log', RAW_JOURNAL: 'journal' };

/** fuze in front of one process that all clients of 2026-07-28 share. */
function open(...flags: readonly string[]): Promise<ListeningFuze> {
  const server = fixture('raw-server', '--tool', 'refund=effect', ...flags);
  return startListening(server, { config: CONFIG, env });
}

const agentOf = (fuze: ListeningFuze): Promise<HttpAgent> => fuze.agent({ era: 'stateless' });

/** Two clients that choose the same ids and tokens. */
const two = (fuze: ListeningFuze): Promise<[HttpAgent, HttpAgent]> =>
  Promise.all([agentOf(fuze), agentOf(fuze)]);

/** What the server has read, line by line. */
const received = ({ process }: ListeningFuze): Record<string, unknown>[] =>
  process.workspace.jsonLines('raw.log');

const subscriptionOf = ({ params, result }: Message): unknown => {
  const { _meta: meta } = { _meta: undefined, ...params, ...result };
  return Object(meta)[SUBSCRIPTION];
};

describe('clients that share a server', () => {
  it.each([
    ['numbers', 7, 7],
    ['strings', 'x', 'x'],
    ['a number and a string that look alike', 7, '7'],
  ])('subscribe with ids of their own, %s, and each gets its own', async (_, first, second) => {
    const fuze = await open();
    const [one, other] = await two(fuze);
    const notifications = { toolsListChanged: true };
    const oneListens = await one.ask('subscriptions/listen', { notifications }, first);
    const otherListens = await other.ask('subscriptions/listen', { notifications }, second);
    for (const [listening, id] of [
      [oneListens, first],
      [otherListens, second],
    ] as const) {
      const acknowledged = await listening.next();
      expect(acknowledged.method).toBe('notifications/subscriptions/acknowledged');
      expect(acknowledged.params).toMatchObject({ notifications });
      expect(subscriptionOf(acknowledged)).toBe(id);
    }
    const third = await agentOf(fuze);
    await third.request('raw/change');
    expect(subscriptionOf(await oneListens.next())).toBe(first);
    expect(subscriptionOf(await otherListens.next())).toBe(second);
    await third.request('raw/unlisten');
    for (const [listening, id] of [
      [oneListens, first],
      [otherListens, second],
    ] as const) {
      const final = await listening.result();
      expect([final.id, subscriptionOf(final)]).toEqual([id, id]);
      await listening.over;
      expect(listening.unread).toEqual([]);
    }
  });

  it('end a subscription by closing its stream, and the others go on', async () => {
    const fuze = await open();
    const [one, other] = await two(fuze);
    const oneListens = await one.ask('subscriptions/listen', {}, 1);
    const otherListens = await other.ask('subscriptions/listen', {}, 1);
    await otherListens.next();
    oneListens.cut();
    await vi.waitFor(() =>
      expect(received(fuze).map(({ method }) => method)).toContain('notifications/cancelled'),
    );
    await (await agentOf(fuze)).request('raw/change');
    expect((await otherListens.next()).method).toBe('notifications/tools/list_changed');
  });

  it('get the progress of their own calls, though their tokens are equal', async () => {
    const fuze = await open();
    const agents = await Promise.all(Array.from({ length: 8 }, () => agentOf(fuze)));
    await Promise.all(
      agents.map(async (agent, n) => {
        const steps = n + 1;
        const params = { name: 'progress', arguments: { steps, n, every_ms: 5 } };
        const meta = { _meta: { progressToken: 'token' } };
        const answer = await agent.ask('tools/call', { ...params, ...meta }, 1);
        expect((await answer.result()).id).toBe(1);
        expect(answer.unread.map(({ params: told }) => told)).toEqual(
          Array.from({ length: steps }, (_, step) => ({
            progressToken: 'token',
            progress: step + 1,
            total: steps,
          })),
        );
      }),
    );
  });

  it('get no log message that may be about the call of another', async () => {
    const fuze = await open();
    const [one, other] = await two(fuze);
    const wants = { name: 'log', arguments: {}, _meta: { [LOG_LEVEL]: 'info' } };
    const alone = await one.ask('tools/call', wants);
    await alone.result();
    expect(alone.unread.map(({ params }) => params?.data)).toContain('before');
    const waiting = other.calling('delay', { ms: 300 });
    await vi.waitFor(() => expect(received(fuze)).toHaveLength(2));
    const crowded = await one.ask('tools/call', wants);
    await crowded.over;
    expect(crowded.body).not.toContain('notifications/message');
    const silent = await waiting;
    await silent.over;
    expect(silent.body).not.toContain('notifications/message');
  });

  it('get no log message that they did not ask for', async () => {
    const fuze = await open();
    const answer = await (await agentOf(fuze)).calling('log');
    await answer.over;
    expect(answer.body).not.toContain('notifications/message');
  });

  it('cannot take back the call of another', async () => {
    const fuze = await open();
    const [one, other] = await two(fuze);
    const waiting = one.ask('tools/call', { name: 'delay', arguments: { ms: 300 } }, 1);
    await vi.waitFor(() => expect(received(fuze)).toHaveLength(1));
    const [call] = received(fuze);
    for (const requestId of [1, call?.id]) {
      const params = { requestId };
      const message = { jsonrpc: '2.0', method: 'notifications/cancelled', params };
      const answer = await other.post(message);
      expect(answer.status).toBe(202);
      await answer.over;
    }
    expect((await (await waiting).result()).toolText).toBe('ok');
    expect(received(fuze).map(({ method }) => method)).not.toContain('notifications/cancelled');
  });

  it('take a call back by leaving: the server is told, and the effect is unknown until it tells', async () => {
    const fuze = await open();
    const one = await agentOf(fuze);
    const args = { and: 'late', order: 1 };
    const call = one.call('refund', args).catch(() => 'left');
    const effects = (): string => fuze.process.workspace.read('journal').toString();
    await vi.waitFor(() => expect(effects()).not.toBe(''));
    const id = received(fuze)[0]?.id;
    one.leave();
    expect(await call).toBe('left');
    await vi.waitFor(() =>
      expect(received(fuze).at(-1)).toMatchObject({
        method: 'notifications/cancelled',
        params: { requestId: id },
      }),
    );
    const other = await agentOf(fuze);
    // The server's late answer, which nobody waits for, tells how the effect ended.
    await vi.waitFor(async () =>
      expect((await other.call('refund', args)).decision).toMatchObject({ action: 'replay' }),
    );
    expect(effects().trim().split('\n')).toHaveLength(1);
    const outcomes = (await fuze.records())
      .filter(({ kind }) => kind === 'call')
      .map(({ outcome }) => outcome);
    expect(outcomes[0]).toBe('cancelled');
  });

  it('are asked nothing by the server: what it asks is refused', async () => {
    const fuze = await open();
    const [one, other] = await two(fuze);
    const listening = await other.ask('subscriptions/listen', {});
    const answer = await one.calling('ask', { method: 'elicitation/create' });
    expect((await answer.result()).toolText).toContain('-32601');
    expect(answer.body).not.toContain('elicitation/create"');
    await listening.next();
    expect(listening.unread).toEqual([]);
  });

  it('share one process, and get another when it has crashed', async () => {
    const fuze = await open();
    const [one, other] = await two(fuze);
    expect((await one.call('counter', { n: 1 })).toolText).toBe('call 1');
    expect((await other.call('counter', { n: 2 })).toolText).toBe('call 2');
    expect((await one.call('exit')).error).toMatchObject({ code: -32000 });
    expect((await other.call('counter', { n: 3 })).toolText).toBe('call 1');
  });
});

describe('the headers of a request to a shared server', () => {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const call = (id: unknown, _meta: object = meta): object => ({
    ...{ jsonrpc: '2.0', id, method: 'tools/call' },
    params: { name: 'ok', arguments: {}, _meta },
  });

  it.each([
    ['another tool', call(5), { 'mcp-name': 'delay' }, -32020],
    ['another method', call(5), { 'mcp-method': 'tools/list' }, -32020],
    ['another version', call(5), { 'mcp-protocol-version': '2027-01-01' }, -32020],
    ['no version in the body', call(5, {}), {}, -32602],
    [
      'no capabilities',
      call(5, { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' }),
      {},
      -32602,
    ],
  ])('that say %s are refused with the id', async (_, message, headers, code) => {
    const fuze = await open();
    const answer = await (await agentOf(fuze)).post(message, headers);
    expect(answer.status).toBe(400);
    const { id, error } = await answer.result();
    expect([id, error?.code]).toEqual([5, code]);
    expect(received(fuze)).toEqual([]);
  });

  it.each([
    [-32022, 400],
    [-32021, 400],
    [-32601, 404],
    [-32602, 200],
    [-32603, 200],
  ])('leave an error %i of the server its own status, %i', async (code, status) => {
    const fuze = await open();
    const answer = await (await agentOf(fuze)).calling('error', { code });
    expect(answer.status).toBe(status);
    expect((await answer.result()).error).toMatchObject({ code });
  });
});
