import { describe, expect, test } from 'vitest';
import type { Message } from '../e2e/support/message.js';
import { ListeningFuze, LONG, SHELL_SERVER } from './support/listening-fuze.js';
import { call, LoadClient, SseClient } from './support/load-client.js';

const CLIENTS = 64;
/** 20,032 calls in all. */
const CALLS_EACH = LONG ? 313 : 20;
const AT_ONCE = 4;
const TIMEOUT = 600_000;
const PRICE_MICROS = 10_000;

/** The budget is `CALLS_EACH` calls, as a count or as money. */
const budget = (kind: 'calls' | 'money'): string => {
  const most = kind === 'calls' ? CALLS_EACH : CALLS_EACH * 10;
  const money = ((CALLS_EACH * PRICE_MICROS) / 1_000_000).toFixed(2);
  return `[proxy]
max_sessions = 100
max_iterations = ${most}
max_cost_per_run = ${kind === 'money' ? money : '100000'}
timeout = "5m"
run_header = "x-agent"
[loop_detection]
cost_velocity_threshold = 0
[proxy.tools."*"]
estimated_cost = 0.01
loop_checks = false`;
};

/** A client of one kind, that makes calls with its mark. */
interface Caller {
  readonly kind: string;
  call(id: number, mark: string): Promise<Message>;
}

const onlyAnswer = (id: number, messages: readonly Message[]): Message => {
  const [answer] = messages;
  if (answer === undefined || messages.length !== 1 || answer.id !== id) {
    throw new Error(`not one answer to ${id}: ${messages.map(({ text }) => text).join('\n')}`);
  }
  return answer;
};

const hex = (index: number): string => (index + 1).toString(16).padStart(32, '0');

const KINDS: readonly ((origin: string, index: number) => Promise<Caller>)[] = [
  async (origin) => {
    const client = new LoadClient(origin);
    expect((await client.initialize()).status).toBe(200);
    return {
      kind: 'session',
      call: async (id, mark) => {
        const { messages } = await client.post(call(id, 'any', { mark }));
        return onlyAnswer(
          id,
          messages.filter(({ text }) => text !== ''),
        );
      },
    };
  },
  async (origin) => {
    const sse = await SseClient.open(new LoadClient(origin));
    if (sse === undefined) throw new Error('turned away');
    return { kind: 'sse', call: (id, mark) => sse.ask(call(id, 'any', { mark }), id) };
  },
  async (origin, index) => {
    const client = new LoadClient(origin);
    const meta = { traceparent: `00-${hex(index)}-00000000000000aa-01`, progressToken: 'same' };
    return {
      kind: 'trace',
      call: async (id, mark) =>
        onlyAnswer(id, (await client.callModern(id, 'any', { mark }, meta)).messages),
    };
  },
  async (origin) => {
    const client = new LoadClient(origin, 1);
    return {
      kind: 'connection',
      call: async (id, mark) =>
        onlyAnswer(id, (await client.callModern(id, 'any', { mark })).messages),
    };
  },
  async (origin, index) => {
    const client = new LoadClient(origin);
    return {
      kind: 'header',
      call: async (id, mark) => {
        const headers = { 'x-agent': `agent-${index}` };
        const { messages } = await client.callModern(id, 'any', { mark }, {}, headers);
        return onlyAnswer(id, messages);
      },
    };
  },
];

interface Tally {
  answered: number;
  refused: number;
  readonly servers: Set<string>;
}

/** Makes so many calls, some at a time; each answer must carry its own mark. */
async function callAll(caller: Caller, name: string, calls: number): Promise<Tally> {
  const tally: Tally = { answered: 0, refused: 0, servers: new Set() };
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < calls) {
      next += 1;
      const mark = `${name}-${next}`;
      const answer = await caller.call(next, mark);
      if (answer.decision !== undefined) {
        tally.refused += 1;
        continue;
      }
      const [said, server] = answer.toolText.split(' ');
      if (said !== mark || server === undefined) throw new Error(`${mark} got ${answer.text}`);
      tally.servers.add(server);
      tally.answered += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return tally;
}

const FRONTS: readonly [string, (config: string) => Promise<ListeningFuze>][] = [
  ['a command', (config) => ListeningFuze.before(SHELL_SERVER, config)],
  [
    'a server over HTTP',
    async (config) => {
      const free = config.replace(/max_iterations = .*/, 'max_iterations = 1_000_000');
      const wide = free.replace(/max_cost_per_run = .*/, 'max_cost_per_run = 100_000');
      const behind = await ListeningFuze.before(SHELL_SERVER, wide);
      return ListeningFuze.beforeUrl(`${behind.origin}/mcp`, config);
    },
  ],
];

describe.runIf(process.platform === 'linux')(`${CLIENTS} clients at once`, () => {
  for (const [front, start] of FRONTS) {
    for (const kind of ['calls', 'money'] as const) {
      test(`make ${CLIENTS * CALLS_EACH} calls to ${front}: none lost, none crossed, each budget of ${kind} exact`, {
        timeout: TIMEOUT,
      }, async () => {
        const server = await start(budget(kind));
        const callers = await Promise.all(
          Array.from({ length: CLIENTS }, (_, index) => {
            const open = KINDS[index % KINDS.length];
            if (open === undefined) throw new Error('no kind');
            return open(server.origin, index);
          }),
        );
        const begin = performance.now();
        const extra = 3;
        const tallies = await Promise.all(
          callers.map((caller, index) => callAll(caller, `client${index}`, CALLS_EACH + extra)),
        );
        const seconds = (performance.now() - begin) / 1_000;
        process.stderr.write(
          `${CLIENTS * (CALLS_EACH + extra)} calls to ${front} in ${seconds.toFixed(1)} s\n`,
        );
        for (const { answered, refused } of tallies) {
          expect({ answered, refused }).toEqual({ answered: CALLS_EACH, refused: extra });
        }
        const ownServers = tallies.filter((_, index) => callers[index]?.kind === 'session');
        const pids = ownServers.flatMap(({ servers }) => [...servers]);
        expect(new Set(pids).size).toBe(ownServers.length);
        expect(pids).toHaveLength(ownServers.length);
        const shared = tallies.filter((_, index) =>
          /trace|header|connection/.test(callers[index]?.kind ?? ''),
        );
        expect(new Set(shared.flatMap(({ servers }) => [...servers])).size).toBe(1);
        expect(await server.metric('fuze_calls_total\\{outcome="success"\\}')).toBe(
          CLIENTS * CALLS_EACH,
        );
        expect(await server.metric('fuze_spent_usd_total')).toBeCloseTo(
          CLIENTS * CALLS_EACH * 0.01,
          6,
        );
      });
    }
  }
});
