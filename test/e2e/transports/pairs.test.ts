import { beforeAll, describe, expect, it, vi } from 'vitest';
import { converse, type Transcript } from '../support/conversation.js';
import { connectFirst } from '../support/first-sdk-client.js';
import {
  PAIR_SERVERS,
  type PairServer,
  type StandingPair,
  startPair,
} from '../support/pair-servers.js';
import { type Address, MODERN, type SdkClient, type Way } from '../support/sdk-client.js';
import { connectSecond, FOUND_OUT } from '../support/second-sdk-client.js';

const WAYS: readonly Way[] = ['stdio', 'http', 'sse'];
const GENERATIONS = { '1.x': connectFirst, '2.x': connectSecond };
type Generation = keyof typeof GENERATIONS;

/** Revisions with sessions, the first and the last apart. */
const FIRST = '2024-11-05';
const LAST = '2025-11-25';
const SESSION_ERA = [FIRST, '2025-03-26', '2025-06-18', LAST];

interface Cell {
  readonly from: Way;
  readonly client: Generation;
  readonly server: PairServer;
  readonly revision: string;
}

/** What both ends speak. The SDK 2.x is the same for all revisions with sessions, so two of them stand for all. */
function revisionsOf(client: Generation, { built }: PairServer): string[] {
  if (client === '1.x') return SESSION_ERA;
  return built === 'second' ? [FIRST, LAST, MODERN] : [FIRST, LAST];
}

const cells: Cell[] = WAYS.flatMap((from) =>
  PAIR_SERVERS.flatMap((server) =>
    (['1.x', '2.x'] as const).flatMap((client) =>
      revisionsOf(client, server).map((revision) => ({ from, client, server, revision })),
    ),
  ),
);

/** It does not know the handshake of the revisions with sessions. */
const MODERN_ONLY: PairServer = { built: 'modern', way: 'http' };

const standing = new Map<PairServer, StandingPair>();
beforeAll(async () => {
  const pairs = await Promise.all([...PAIR_SERVERS, MODERN_ONLY].map(startPair));
  for (const pair of pairs) standing.set(pair.server, pair);
});

function pairOf(server: PairServer): StandingPair {
  const pair = standing.get(server);
  if (pair === undefined) throw new Error(`${server.built} ${server.way} was not started`);
  return pair;
}

async function talk<T>(client: SdkClient, about: (client: SdkClient) => Promise<T>): Promise<T> {
  try {
    return await about(client);
  } finally {
    await client.close();
  }
}

const directly = new Map<string, Promise<Transcript>>();

/** The same conversation without fuze, held once. */
function withoutFuze({ client, server, revision }: Cell): Promise<Transcript> {
  const key = [client, server.built, server.way, revision].join(' ');
  const known = directly.get(key);
  if (known !== undefined) return known;
  const connect = GENERATIONS[client];
  const held = connect(pairOf(server).direct(), revision).then((client) => talk(client, converse));
  directly.set(key, held);
  return held;
}

/** Calls once more than fuze allows. In 2026-07-28 a run over HTTP goes by its trace. */
async function refused(client: SdkClient): Promise<object> {
  const trace = crypto.randomUUID().replaceAll('-', '');
  const meta = { traceparent: `00-${trace}-00f067aa0ba902b7-01` };
  for (const _ of [1, 2]) {
    expect(await client.call('limited', {}, { meta })).toMatchObject({
      content: [{ text: 'answered' }],
    });
  }
  return client.call('limited', {}, { meta });
}

async function expectNothingLeft(address: Address, pair: StandingPair): Promise<void> {
  await vi.waitFor(
    async () => {
      if (address.way === 'stdio') expect(address.workspace.survivors()).toEqual([]);
      const metrics = await (await fetch(new URL('/metrics', pair.origin))).text();
      expect(metrics).toMatch(/^fuze_sessions 0$/m);
    },
    { timeout: 10_000 },
  );
}

describe.each(WAYS)('a client over %s', (from) => {
  it.each(
    cells
      .filter((cell) => cell.from === from)
      .map((cell) => ({ ...cell, name: `${cell.server.way} of ${cell.server.built}` })),
  )('of $client reaches $name in $revision', async (cell) => {
    const pair = pairOf(cell.server);
    const expected = await withoutFuze(cell);
    const address = pair.throughFuze(from);
    const client = await GENERATIONS[cell.client](address, cell.revision);
    await talk(client, async () => {
      expect(client.revision).toBe(cell.revision);
      expect(await converse(client)).toEqual(expected);
      expect(await refused(client)).toMatchObject({
        isError: true,
        content: [{ type: 'text', text: expect.stringMatching(/^fuze: /) }],
        _meta: { 'fuze/decision': { action: 'refuse', tool: 'limited' } },
      });
    });
    await expectNothingLeft(address, pair);
  });
});

/** The message with which a client fails to connect; one that connects makes it fail. */
async function whyNot(connecting: Promise<SdkClient>): Promise<string> {
  const connected = await connecting.catch((error: unknown) => String(error));
  if (typeof connected === 'string') return connected;
  await connected.close();
  throw new Error(`it connected and speaks ${connected.revision}`);
}

const firstOnes = PAIR_SERVERS.filter(({ built }) => built === 'first');

// What cannot be: the SDK 1.x does not know 2026-07-28, nor does any server of HTTP+SSE, for 2.x has none.
describe.each(WAYS)('a client over %s ', (from) => {
  it.each(firstOnes)('of 2.x learns what $built over $way does not speak', async (server) => {
    const pair = pairOf(server);
    const direct = await whyNot(connectSecond(pair.direct(), MODERN));
    expect(direct).toContain(`the server did not offer pinned protocol version ${MODERN}`);
    expect(await whyNot(connectSecond(pair.throughFuze(from), MODERN))).toBe(direct);
  });

  it.each(Object.entries(GENERATIONS))(
    'of %s learns that sessions are gone',
    async (_, connect) => {
      const pair = pairOf(MODERN_ONLY);
      const unsupported = `Unsupported protocol version: ${LAST}`;
      expect(await whyNot(connect(pair.direct(), LAST))).toContain(unsupported);
      expect(await whyNot(connect(pair.throughFuze(from), LAST))).toContain(unsupported);
    },
  );

  it.each(PAIR_SERVERS)('finds out what $built over $way speaks', async (server) => {
    const client = await connectSecond(pairOf(server).throughFuze(from), FOUND_OUT);
    expect(await talk(client, (speaking) => speaking.toolNames())).toContain('steps');
    expect(client.revision).toBe(server.built === 'first' ? LAST : MODERN);
  });
});
