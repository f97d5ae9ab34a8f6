import { describe, expect, it, vi } from 'vitest';
import { fixture } from '../support/fuze-process.js';
import type { Era, HttpAgent } from '../support/http-agent.js';
import { type ListeningFuze, startListening } from '../support/listening-fuze.js';
import type { Message } from '../support/message.js';
import { serveRaw } from '../support/raw-http-server.js';

const TOOLS = ['--tool', 'search=ok', '--tool', 'refund=effect'];
const TWO_CALLS = 'max_iterations = 2';

interface Served {
  readonly fuze: ListeningFuze;
  /** How often the tool `refund` took effect. */
  readonly executed: () => number;
}

/** fuze in front of a command, and of a URL. */
const SERVERS: Readonly<Record<string, (config: string) => Promise<Served>>> = {
  'a command': async (config) => {
    const env = { RAW_JOURNAL: 'journal' };
    const fuze = await startListening(fixture('raw-server', ...TOOLS), { config, env });
    return { fuze, executed: () => linesOf(fuze.process.workspace.read('journal')) };
  },
  'a URL': async (config) => {
    const { url, process } = await serveRaw(...TOOLS);
    const fuze = await startListening(url, { config, flags: ['--transport', 'http'] });
    return { fuze, executed: () => linesOf(process.workspace.read('journal')) };
  },
};

const linesOf = (file: Buffer): number => file.toString().split('\n').filter(Boolean).length;

function open(server: string, proxy: string, tools = ''): Promise<Served> {
  const start = SERVERS[server];
  if (start === undefined) throw new Error(server);
  return start(`[proxy]\ntrace = "trace.jsonl"\n${proxy}\n${tools}`);
}

const traceparent = (digit: string): string => `00-${digit.repeat(32)}-${'1'.repeat(16)}-01`;

let calls = 0;

/** Another call than any before. */
function work(agent: HttpAgent): Promise<Message> {
  calls += 1;
  return agent.call('search', { page: calls });
}

async function isRefused(agent: HttpAgent): Promise<boolean> {
  const { decision } = await work(agent);
  return decision !== undefined;
}

async function loopUntilKilled(agent: HttpAgent): Promise<void> {
  let answer = await agent.call('search', { page: 0 });
  while (answer.decision === undefined) answer = await agent.call('search', { page: 0 });
  expect(answer.decision).toMatchObject({ action: 'kill' });
}

/** Two agents that are strangers to each other, by what tells them apart. */
const STRANGERS: readonly [string, (fuze: ListeningFuze) => Promise<[HttpAgent, HttpAgent]>][] = [
  ['two sessions', (fuze) => two(fuze, 'sessions')],
  ['two connections', (fuze) => two(fuze, 'stateless')],
  [
    'two trace ids',
    (fuze) =>
      Promise.all([
        fuze.agent({ era: 'stateless', meta: { traceparent: traceparent('a') } }),
        fuze.agent({ era: 'stateless', meta: { traceparent: traceparent('b') } }),
      ]),
  ],
  [
    'two values of the run header',
    (fuze) =>
      Promise.all([
        fuze.agent({ era: 'stateless', headers: { 'x-run': 'one' } }),
        fuze.agent({ era: 'stateless', headers: { 'x-run': 'two' } }),
      ]),
  ],
];

function two(fuze: ListeningFuze, era: Era): Promise<[HttpAgent, HttpAgent]> {
  return Promise.all([fuze.agent({ era }), fuze.agent({ era })]);
}

/** Two clients of one agent, by what shows that they belong together. */
const FELLOWS: readonly [string, (fuze: ListeningFuze) => Promise<[HttpAgent, HttpAgent]>][] = [
  [
    'the same trace id over two connections',
    (fuze) => {
      const meta = { traceparent: traceparent('c') };
      return Promise.all([
        fuze.agent({ era: 'stateless', meta }),
        fuze.agent({ era: 'stateless', meta }),
      ]);
    },
  ],
  [
    'the same run header in two sessions',
    (fuze) => {
      const headers = { 'x-run': 'one' };
      return Promise.all([
        fuze.agent({ era: 'sessions', headers }),
        fuze.agent({ era: 'sessions', headers }),
      ]);
    },
  ],
  [
    'the same run header with two trace ids',
    (fuze) => {
      const headers = { 'x-run': 'one' };
      return Promise.all([
        fuze.agent({ era: 'stateless', headers, meta: { traceparent: traceparent('d') } }),
        fuze.agent({ era: 'stateless', headers, meta: { traceparent: traceparent('e') } }),
      ]);
    },
  ],
];

describe.each(Object.keys(SERVERS))('runs over HTTP in front of %s', (server) => {
  it.each(STRANGERS)('are apart for %s: a limit counts the own calls alone', async (_, meet) => {
    const { fuze } = await open(server, `${TWO_CALLS}\nrun_header = "x-run"`);
    const [one, other] = await meet(fuze);
    expect([await isRefused(one), await isRefused(one), await isRefused(one)]).toEqual([
      false,
      false,
      true,
    ]);
    expect([await isRefused(other), await isRefused(other), await isRefused(other)]).toEqual([
      false,
      false,
      true,
    ]);
    const ids = new Set((await fuze.records()).map(({ runId }) => runId).filter(Boolean));
    expect(ids.size).toBe(2);
    expect((await fuze.verify()).code).toBe(0);
  });

  it.each(FELLOWS)('are one for %s', async (_, meet) => {
    const { fuze } = await open(server, `${TWO_CALLS}\nrun_header = "x-run"`);
    const [one, other] = await meet(fuze);
    expect([await isRefused(one), await isRefused(other)]).toEqual([false, false]);
    expect([await isRefused(one), await isRefused(other)]).toEqual([true, true]);
    const ids = new Set((await fuze.records()).map(({ runId }) => runId).filter(Boolean));
    expect(ids.size).toBe(1);
  });

  it('keep to the session, whatever trace id a call in it names', async () => {
    const { fuze } = await open(server, TWO_CALLS);
    const agent = await fuze.agent({ era: 'sessions', meta: { traceparent: traceparent('a') } });
    await work(agent);
    await work(agent);
    agent.meta = { traceparent: traceparent('b') };
    expect(await isRefused(agent)).toBe(true);
  });

  it.each([
    ['an all-zero trace id', traceparent('0')],
    ['a trace id that is none', 'not a traceparent'],
  ])('take the connection where the client names %s', async (_, value) => {
    const { fuze } = await open(server, TWO_CALLS);
    const meta = { traceparent: value };
    const one = await fuze.agent({ era: 'stateless', meta });
    const other = await fuze.agent({ era: 'stateless', meta });
    await work(one);
    await work(one);
    expect([await isRefused(one), await isRefused(other)]).toEqual([true, false]);
  });

  it.each<[Era, (agent: HttpAgent) => unknown]>([
    ['sessions', (agent) => agent.end()],
    ['stateless', (agent) => agent.leave()],
  ])('end with their client (%s)', async (era, leave) => {
    const { fuze } = await open(server, '');
    const agent = await fuze.agent({ era });
    await work(agent);
    expect(await metric(fuze, 'fuze_runs')).toBe(1);
    await leave(agent);
    await vi.waitFor(async () => expect(await metric(fuze, 'fuze_runs')).toBe(0));
  });

  it.each<[Era, (agent: HttpAgent) => unknown]>([
    ['sessions', (agent) => agent.end()],
    ['stateless', (agent) => agent.leave()],
  ])('end with their last call when their client goes first (%s)', async (era, leave) => {
    const { fuze } = await open(server, '');
    const agent = await fuze.agent({ era });
    // A task: it goes on when nobody is connected.
    await agent.call('task', { ttl: 400 }, era === 'sessions' ? { task: {} } : {});
    await leave(agent);
    expect(await metric(fuze, 'fuze_runs')).toBe(
      server === 'a command' && era === 'sessions' ? 0 : 1,
    );
    await vi.waitFor(async () => expect(await metric(fuze, 'fuze_runs')).toBe(0));
  });

  it.each<Era>(['sessions', 'stateless'])('begin anew after run_idle (%s)', async (era) => {
    const { fuze } = await open(server, `${TWO_CALLS}\nrun_idle = "300ms"`);
    const agent = await fuze.agent({ era });
    await work(agent);
    await work(agent);
    await vi.waitFor(async () => expect(await isRefused(agent)).toBe(false), { interval: 400 });
  });

  it.each<Era>(['sessions', 'stateless'])('are killed one by one (%s)', async (era) => {
    const { fuze } = await open(server, 'on_loop = "kill"');
    const [looping, other] = await two(fuze, era);
    await loopUntilKilled(looping);
    expect(await isRefused(looping)).toBe(true);
    expect(await isRefused(other)).toBe(false);
    expect(await isRefused(await fuze.agent({ era }))).toBe(false);
  });

  it('end with their session under on_kill = "disconnect", and no other does', async () => {
    const { fuze } = await open(server, 'on_kill = "disconnect"\non_loop = "kill"');
    const [looping, other] = await two(fuze, 'sessions');
    const waiting = other.call('delay', { ms: 400 });
    await loopUntilKilled(looping);
    await vi.waitFor(async () => {
      const after = await looping.ask('tools/call', { name: 'search', arguments: {} });
      expect(after.status).toBe(404);
    });
    expect((await looping.listen()).status).toBe(404);
    expect((await waiting).toolText).toBe('ok');
    expect(await isRefused(other)).toBe(false);
  });

  it('leave the others alone under on_kill = "disconnect" where there are no sessions', async () => {
    const { fuze, executed } = await open(
      server,
      'on_kill = "disconnect"\non_loop = "kill"',
      '[proxy.tools.refund]\nside_effect = true',
    );
    const [looping, other] = await two(fuze, 'stateless');
    const waiting = other.call('refund', { and: 'delay', ms: 400 });
    await vi.waitFor(() => expect(executed()).toBe(1));
    await loopUntilKilled(looping);
    expect((await waiting).toolText).toBe('ok');
    expect((await other.call('refund', { and: 'delay', ms: 400 })).decision).toMatchObject({
      action: 'replay',
    });
    expect(executed()).toBe(1);
    expect(await isRefused(looping)).toBe(true);
  });

  it.each<Era>(['sessions', 'stateless'])(
    'deduplicate side effects within themselves alone (%s)',
    async (era) => {
      const { fuze, executed } = await open(
        server,
        '',
        '[proxy.tools.refund]\nside_effect = true\ndedupe = "run"',
      );
      const [one, other] = await two(fuze, era);
      expect((await one.call('refund', { order: 1 })).decision).toBeUndefined();
      expect((await one.call('refund', { order: 1 })).decision).toMatchObject({ action: 'replay' });
      expect((await other.call('refund', { order: 1 })).decision).toBeUndefined();
      expect(executed()).toBe(2);
    },
  );

  it.each<Era>(['sessions', 'stateless'])(
    'deduplicate side effects across each other for a duration (%s)',
    async (era) => {
      const { fuze, executed } = await open(
        server,
        '',
        '[proxy.tools.refund]\nside_effect = true\ndedupe = "1h"',
      );
      const agents = await Promise.all(Array.from({ length: 8 }, () => fuze.agent({ era })));
      const answers = await Promise.all(agents.map((agent) => agent.call('refund', { order: 1 })));
      expect(answers.filter(({ decision }) => decision === undefined)).toHaveLength(1);
      expect(answers.filter(({ decision }) => decision?.action === 'replay')).toHaveLength(7);
      expect(executed()).toBe(1);
    },
  );

  it.each<Era>(['sessions', 'stateless'])('have a pace of their own (%s)', async (era) => {
    const { fuze } = await open(server, 'max_calls_per_minute = 2');
    const [one, other] = await two(fuze, era);
    await work(one);
    await work(one);
    expect([await isRefused(one), await isRefused(other)]).toEqual([true, false]);
  });

  it.each<Era>(['sessions', 'stateless'])(
    'take 64 clients that call the same thing for no loop, and one that does for one (%s)',
    async (era) => {
      const { fuze } = await open(server, 'max_sessions = 80');
      const agents = await Promise.all(Array.from({ length: 64 }, () => fuze.agent({ era })));
      const answers = await Promise.all(agents.map((agent) => agent.call('search', { page: 0 })));
      expect(answers.filter(({ decision }) => decision !== undefined)).toEqual([]);
      const [looping] = agents;
      const decisions: unknown[] = [];
      for (let turn = 0; turn < 5; turn += 1) {
        decisions.push((await looping?.call('search', { page: 0 }))?.decision?.check);
      }
      expect(decisions.filter(Boolean)).not.toEqual([]);
      const records = await fuze.records();
      const runs = records.filter(({ kind }) => kind === 'call').map(({ runId }) => runId);
      expect(new Set(runs).size).toBe(64);
      expect((await fuze.verify()).code).toBe(0);
    },
  );
});

/** A figure of `/metrics`. */
async function metric({ origin }: ListeningFuze, name: string): Promise<number> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
}
