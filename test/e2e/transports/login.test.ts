import {
  Client as SecondClient,
  StreamableHTTPClientTransport as SecondTransport,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
} from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type {
  OAuthClientInformationMixed,
  OAuthTokens,
} from '@modelcontextprotocol/sdk/shared/auth.js';
import { describe, expect, it, vi } from 'vitest';
import { Login } from '../../../fixtures/conformance/client/login.js';
import { Authority, answer, servePages } from '../support/authority.js';
import { startFuze } from '../support/fuze-process.js';
import { plainServer, said } from '../support/http-server.js';

/** A protected server, and where its clients find out whom to ask for a token. */
type Announces =
  | 'in its challenge'
  | 'under an unusual path'
  | 'at the well-known path'
  | 'nowhere';

interface Protected {
  readonly authority: Authority;
  /** fuze in front of it. */
  readonly url: URL;
  /** What came as Authorization of MCP requests, in order and once each. */
  readonly shown: Set<string | undefined>;
  /** How often a client asked for a stream with a token that counts. */
  readonly streams: () => number;
}

const METADATA = '/.well-known/oauth-protected-resource/mcp';
const UNUSUAL = '/about/me.json';

async function startProtected(announces: Announces): Promise<Protected> {
  const authority = new Authority();
  const shown = new Set<string | undefined>();
  let streams = 0;
  const elsewhere = await servePages((request, body, response, origin) => {
    const url = new URL(request.url ?? '/', origin);
    if (!authority.take(url, body, response, origin)) response.writeHead(404).end();
  });
  const mcp = plainServer(({ message, response }) => {
    answer(response, 200, said(message.id, 'hello'));
  });
  const server = await servePages((request, body, response, origin) => {
    const url = new URL(request.url ?? '/', origin);
    const metadata = announces === 'under an unusual path' ? UNUSUAL : METADATA;
    if (url.pathname === '/mcp') {
      const { authorization } = request.headers;
      shown.add(authorization);
      if (authority.token !== undefined && authorization === `Bearer ${authority.token}`) {
        if (request.method === 'GET') streams += 1;
        const message = body === '' ? undefined : JSON.parse(body);
        void mcp({ request, response, body, message });
        return;
      }
      const where = announces.startsWith('at') ? '' : `, resource_metadata="${origin}${metadata}"`;
      const challenge = announces === 'nowhere' ? 'Bearer' : `Bearer realm="mcp"${where}`;
      response.writeHead(401, { 'www-authenticate': challenge }).end();
    } else if (announces !== 'nowhere' && url.pathname === metadata) {
      const resource = { resource: `${origin}/mcp`, authorization_servers: [elsewhere] };
      answer(response, 200, { ...resource, scopes_supported: ['tools'] });
    } else if (announces !== 'nowhere' || !authority.take(url, body, response, origin)) {
      response.writeHead(404).end();
    }
  });
  const fuze = startFuze(['proxy', '--listen', '127.0.0.1:0', '--url', `${server}/mcp`]);
  await fuze.stderrMatches(/listening on http/);
  const url = new URL(/listening on (http:\S+)/.exec(fuze.stderr)?.[1] ?? '');
  return { authority, url, shown, streams: () => streams };
}

/** A client of either generation with what it has stored; `connect` fails while it must log in. */
interface LoginClient {
  connect(): Promise<void>;
  finish(): Promise<void>;
  call(): Promise<object>;
}

const INFO = { name: 'login', version: '1.0.0' };

function firstGeneration(url: URL): LoginClient {
  const login = new Login<OAuthClientInformationMixed, OAuthTokens>([]);
  let client = new Client(INFO);
  let transport = new StreamableHTTPClientTransport(url, { authProvider: login });
  return {
    connect: () => client.connect(transport),
    finish: async () => {
      await transport.finishAuth(login.takeAnswer()?.get('code') ?? '');
      client = new Client(INFO);
      transport = new StreamableHTTPClientTransport(url, { authProvider: login });
    },
    call: () => client.callTool({ name: 'greet', arguments: {} }),
  };
}

function secondGeneration(url: URL): LoginClient {
  const login = new Login<StoredOAuthClientInformation, StoredOAuthTokens>([]);
  let client = new SecondClient(INFO);
  let transport = new SecondTransport(url, { authProvider: login });
  return {
    connect: () => client.connect(transport),
    finish: async () => {
      await transport.finishAuth(login.takeAnswer() ?? new URLSearchParams());
      client = new SecondClient(INFO);
      transport = new SecondTransport(url, { authProvider: login });
    },
    call: () => client.callTool({ name: 'greet', arguments: {} }),
  };
}

const ANNOUNCED: readonly Announces[] = [
  'in its challenge',
  'under an unusual path',
  'at the well-known path',
  'nowhere',
];

describe.each([
  ['1.x', firstGeneration],
  ['2.x', secondGeneration],
] as const)('a stock client of the SDK %s', (_, open) => {
  it.each(ANNOUNCED)('logs in through fuze to a server that says %s how', async (announces) => {
    const { authority, url, shown } = await startProtected(announces);
    const client = open(url);
    await expect(client.connect()).rejects.toThrow(/unauthorized/i);
    await client.finish();
    await client.connect();
    expect(await client.call()).toMatchObject({ content: [{ text: 'hello' }] });
    expect([...shown]).toEqual([undefined, `Bearer ${authority.token}`]);
    if (announces !== 'nowhere') expect(authority.resources).toEqual([url.href]);
  });

  it('goes on with a new token when the old one has run out', async () => {
    const { authority, url, shown, streams } = await startProtected('in its challenge');
    const client = open(url);
    await expect(client.connect()).rejects.toThrow(/unauthorized/i);
    await client.finish();
    await client.connect();
    // The client asks for its stream by itself, and must not do so with the token that runs out.
    await vi.waitFor(() => expect(streams()).toBe(1));
    const old = authority.token;
    authority.token = 'none that was given';
    expect(await client.call()).toMatchObject({ content: [{ text: 'hello' }] });
    expect([...shown]).toEqual([undefined, `Bearer ${old}`, `Bearer ${authority.token}`]);
  });
});
