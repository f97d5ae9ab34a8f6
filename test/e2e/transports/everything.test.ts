import { beforeAll, describe, expect, it } from 'vitest';
import { everythingCommand, startEverything } from '../support/everything-server.js';
import { connectFirst } from '../support/first-sdk-client.js';
import { fuzeBin, startFuze, Workspace } from '../support/fuze-process.js';
import type { Address, SdkClient, Way } from '../support/sdk-client.js';
import { connectSecond } from '../support/second-sdk-client.js';

const WAYS: readonly Way[] = ['stdio', 'http', 'sse'];
const REVISION = '2025-11-25';

/** The server of each way: its address, what fuze is told of it, and where a fuze listens in front of it. */
interface Served {
  readonly direct: Address;
  readonly flags: readonly string[];
  readonly origin: string;
}
const served = new Map<Way, Served>();

async function serve(way: Way): Promise<Served> {
  const command = everythingCommand(way);
  const url = way === 'stdio' ? undefined : await startEverything(way);
  const flags = url === undefined ? ['--', ...command] : ['--url', url.href];
  const fuze = startFuze(['proxy', '--listen', '127.0.0.1:0', ...flags]);
  await fuze.stderrMatches(/listening on http/);
  const listening = /listening on (http:\S+)/.exec(fuze.stderr)?.[1] ?? '';
  const direct: Address =
    url === undefined || way === 'stdio'
      ? { way: 'stdio', command, workspace: new Workspace() }
      : { way, url };
  return { direct, flags, origin: new URL(listening).origin };
}

beforeAll(async () => {
  for (const way of WAYS) served.set(way, await serve(way));
});

function servedOver(way: Way): Served {
  const found = served.get(way);
  if (found === undefined) throw new Error(`not started over ${way}`);
  return found;
}

function throughFuze(from: Way, to: Way): Address {
  const { flags, origin } = servedOver(to);
  switch (from) {
    case 'stdio': {
      const command = [process.execPath, fuzeBin, 'proxy', ...flags] as const;
      return { way: from, command, workspace: new Workspace() };
    }
    case 'http':
      return { way: from, url: new URL('/mcp', origin) };
    case 'sse':
      return { way: from, url: new URL('/sse', origin) };
  }
}

async function use(client: SdkClient): Promise<unknown> {
  try {
    return [
      await client.call('echo', { message: 'zwölf 字' }),
      await client.call('get-sum', { a: 2, b: 3.5 }),
      await client.call('get-tiny-image'),
      await client.call('get-structured-content', { location: 'New York' }),
      await client.call('get-sum', { a: 'two' }),
    ];
  } finally {
    await client.close();
  }
}

describe.each([
  ['1.x', connectFirst],
  ['2.x', connectSecond],
] as const)('the everything server, for a client of the SDK %s', (_, connect) => {
  const pairs = WAYS.flatMap((from) => WAYS.map((to) => [from, to] as const));
  it.each(pairs)('answers over %s → fuze → %s as without fuze', async (from, to) => {
    const direct = await use(await connect(servedOver(to).direct, REVISION));
    expect(await use(await connect(throughFuze(from, to), REVISION))).toEqual(direct);
  });
});
