import { describe, expect, it, vi } from 'vitest';
import { type FuzeProcess, startFuze } from '../support/fuze-process.js';
import type { HttpAgent } from '../support/http-agent.js';
import {
  type Answering,
  eventText,
  type HttpServer,
  json,
  openEvents,
  plainServer,
  said,
  serveHttp,
} from '../support/http-server.js';
import { type ListeningFuze, startListening } from '../support/listening-fuze.js';

const CONFIG = `
[proxy]
trace = "trace.jsonl"

[proxy.tools.refund]
side_effect = true
dedupe = "1h"
`;

interface Relayed {
  readonly fuze: ListeningFuze;
  readonly server: HttpServer;
  readonly agent: HttpAgent;
}

async function relay(answer: Answering, era: 'sessions' | 'stateless'): Promise<Relayed> {
  const server = await serveHttp(answer);
  const url = `${server.origin}/mcp`;
  const fuze = await startListening(url, { config: CONFIG, flags: ['--transport', 'http'] });
  return { fuze, server, agent: await fuze.agent({ era }) };
}

const outcomesOf = async (fuze: ListeningFuze): Promise<unknown[]> =>
  (await fuze.records()).filter(({ kind }) => kind === 'call').map(({ outcome }) => outcome);

/** A server with sessions whose streams can be taken up again; `first` and `again` say what comes on them. */
function resumable(first: (event: (text: string) => void, id: unknown) => void): Answering {
  let asked: unknown;
  const plain = plainServer(
    (received) => {
      asked = received.message.id;
      first(openEvents(received), asked);
    },
    () => 'the-session',
  );
  return (received) => {
    const { request, response } = received;
    if (request.method !== 'GET' || request.headers['last-event-id'] === undefined) {
      return plain(received);
    }
    openEvents(received)(eventText(said(asked, 'done'), '2'));
    response.end();
  };
}

describe('a stream of a remote server that its client takes up again', () => {
  it('brings the answer that had not come before, which settles the call', async () => {
    const { fuze, agent, server } = await relay(
      resumable((event) => event('id: 1\ndata: \n\n')),
      'sessions',
    );
    const broken = await agent.calling('refund', { order: 1 });
    await vi.waitFor(() => expect(broken.events).toHaveLength(1));
    broken.cut();
    const rest = await agent.listen('1');
    expect((await rest.result()).toolText).toBe('done');
    expect((await agent.call('refund', { order: 1 })).decision).toMatchObject({ action: 'replay' });
    expect(server.seen.filter(({ message }) => message?.method === 'tools/call')).toHaveLength(1);
    expect(await outcomesOf(fuze)).toEqual(['success', 'replayed']);
  });

  it('brings an answer once more that fuze has seen, for the client may not have', async () => {
    const { fuze, agent } = await relay(
      resumable((event, id) => {
        event('id: 1\ndata: \n\n');
        event(eventText(said(id, 'done'), '2'));
      }),
      'sessions',
    );
    const first = await agent.calling('refund', { order: 1 });
    expect((await first.result()).toolText).toBe('done');
    const rest = await agent.listen('1');
    expect((await rest.result()).toolText).toBe('done');
    expect(await outcomesOf(fuze)).toEqual(['success']);
  });
});

describe('an answer of a remote server', () => {
  it.each([
    [
      'lines and spaces',
      (id: unknown) => `{\n  "result": {"content":[]},\n "id": ${id},\r\n "jsonrpc": "2.0"\n}\n`,
    ],
    [
      'numbers and escapes',
      (id: unknown) =>
        `{"jsonrpc":"2.0","id":${id},"result":{"n":12345678901234567890,"f":1.0,"s":"\\u00e9"}}`,
    ],
  ])('is passed on byte by byte, with its %s', async (_, body) => {
    const { agent } = await relay(
      plainServer(({ response, message }) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end(body(message.id));
      }),
      'stateless',
    );
    const answer = await agent.calling('search');
    await answer.over;
    expect(answer.body).toBe(body(1));
  });
});

describe.each(['sessions', 'stateless'] as const)('when fuze ends (%s)', (era) => {
  it('a call in flight that ends in time has its answer', async () => {
    const { fuze, agent, server } = await relay(
      plainServer(
        (received) => {
          setTimeout(() => json(received, said(received.message.id, 'done')), 200);
        },
        () => 'one',
      ),
      era,
    );
    const call = agent.call('refund', { order: 1 });
    await vi.waitFor(() => expect(server.seen.at(-1)?.message?.method).toBe('tools/call'));
    const outcomes = outcomesOf(fuze);
    expect((await call).toolText).toBe('done');
    expect(await outcomes).toEqual(['success']);
  });

  it('a call in flight is told so, and is in the trace', async () => {
    const { fuze, agent, server } = await relay(
      plainServer(
        () => {},
        () => 'one',
      ),
      era,
    );
    const call = agent.call('refund', { order: 1 });
    await vi.waitFor(() => expect(server.seen.at(-1)?.message?.method).toBe('tools/call'));
    const outcomes = outcomesOf(fuze);
    expect((await call).error).toMatchObject({ code: -32000 });
    expect(await outcomes).toEqual(['shutdown']);
  });
});

/** Ways in which nobody learns whether a call took effect. */
const LOSSES: [string, Answering][] = [
  [
    'breaks off its stream',
    (received) => {
      openEvents(received)(': began\n\n');
      setTimeout(() => received.response.destroy(), 50);
    },
  ],
  [
    'ends its stream without an answer',
    (received) => {
      openEvents(received);
      received.response.end();
    },
  ],
  ['hangs up', ({ response }) => void response.destroy()],
  ['answers HTTP 408', (received) => json(received, { oops: true }, 408)],
  ['answers HTTP 500', (received) => json(received, { oops: true }, 500)],
  [
    'answers HTTP 502 with a page',
    ({ response }) => {
      response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
    },
  ],
];

/** Statuses that turn a request away before anything is done. */
const REFUSALS = [400, 401, 403, 404, 413, 429];

describe.each(['sessions', 'stateless'] as const)(
  'a side effect at a remote server (%s)',
  (era) => {
    const refund = { order: 1 };

    it.each(LOSSES)('is not repeated after a server that %s', async (_, answer) => {
      const { agent, server, fuze } = await relay(
        plainServer(answer, () => 'one'),
        era,
      );
      const first = await agent.calling('refund', refund);
      await first.over;
      expect((await agent.call('refund', refund)).decision).toMatchObject({
        action: 'refuse',
        check: 'side_effect',
      });
      expect(server.seen.filter(({ message }) => message?.method === 'tools/call')).toHaveLength(1);
      expect(await outcomesOf(fuze)).toEqual(['server_exited', 'refused']);
    });

    it.each(REFUSALS)('may be tried again after HTTP %i', async (status) => {
      let refuses = true;
      const { agent, fuze } = await relay(
        plainServer(
          (received) => {
            if (!refuses) json(received, said(received.message.id, 'done'));
            else received.response.writeHead(status, { 'content-type': 'text/plain' }).end('no');
            refuses = false;
          },
          () => 'one',
        ),
        era,
      );
      const first = await agent.calling('refund', refund);
      await first.over;
      expect([first.status, first.body]).toEqual([status, 'no']);
      expect((await agent.call('refund', refund)).toolText).toBe('done');
      expect(await outcomesOf(fuze)).toEqual(['failure', 'success']);
    });

    it('may be tried again after a server that could not be reached', async () => {
      const { agent, server, fuze } = await relay(
        plainServer(
          () => {},
          () => 'one',
        ),
        era,
      );
      const port = Number(new URL(server.origin).port);
      await server.close();
      // A kept connection may not know yet that it is dead, and what went into it may have arrived.
      await agent.calling('look');
      const first = await agent.calling('refund', refund);
      expect(first.status).toBe(502);
      expect((await first.result()).error).toMatchObject({ code: -32000 });
      await serveHttp(
        plainServer((received) => json(received, said(received.message.id, 'done'))),
        port,
      );
      expect((await agent.call('refund', refund)).toolText).toBe('done');
      expect(await outcomesOf(fuze)).toEqual([
        expect.stringMatching(/^(?:failure|server_exited)$/),
        'failure',
        'success',
      ]);
    });
  },
);

describe('a side effect at a remote server, from stdio', () => {
  const start = async (answer: Answering): Promise<FuzeProcess> => {
    const { origin } = await serveHttp(plainServer(answer));
    return startFuze(['proxy', '--url', `${origin}/mcp`, '--transport', 'http'], {
      config: CONFIG,
    });
  };

  it.each(LOSSES)('is not repeated after a server that %s', async (_, answer) => {
    const fuze = await start(answer);
    expect((await fuze.call('refund', { order: 1 })).error).toMatchObject({ code: -32000 });
    expect((await fuze.call('refund', { order: 1 })).decision).toMatchObject({
      action: 'refuse',
      check: 'side_effect',
    });
  });

  it.each(REFUSALS)('may be tried again after HTTP %i', async (status) => {
    let refuses = true;
    const fuze = await start((received) => {
      if (!refuses) json(received, said(received.message.id, 'done'));
      else received.response.writeHead(status, { 'content-type': 'text/plain' }).end('no');
      refuses = false;
    });
    expect((await fuze.call('refund', { order: 1 })).error).toMatchObject({ code: -32000 });
    expect((await fuze.call('refund', { order: 1 })).toolText).toBe('done');
  });
});
