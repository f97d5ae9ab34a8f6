import { describe, expect, test } from 'vitest';
import { fixture, startFuze } from '../support/fuze-process.js';
import { startGullible } from '../support/gullible-server.js';
import { json, plainServer, said, serveHttp } from '../support/http-server.js';
import { listenFuze } from '../support/listening-fuze.js';

const config =
  '[proxy]\nmax_cost_per_run = 1\nmax_iterations = 2\ntrace = true\n[proxy.tools.ok]\nestimated_cost = 2\nside_effect = true\nmax_calls_per_run = 1\n';
const headers = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};

async function callThrice(origin: string, session?: string): Promise<string[]> {
  const answers: string[] = [];
  for (const id of [1, 2, 3]) {
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id,
      method: 'tools/call',
      params: { name: 'ok' },
    });
    const own = session === undefined ? headers : { ...headers, 'mcp-session-id': session };
    const response = await fetch(`${origin}/mcp`, { method: 'POST', headers: own, body });
    answers.push(await response.text());
  }
  return answers;
}

describe('FUZE=0 with --listen', () => {
  test('serves a remote server, stops no call, and writes nothing down', async () => {
    const upstream = await startGullible();
    const env = { FUZE: '0' };
    const flags = ['--transport', 'http'];
    const { fuze, origin } = await listenFuze(['--url', `${upstream.origin}/mcp`], {
      config,
      env,
      flags,
    });
    for (const answer of await callThrice(origin)) expect(answer).not.toContain('fuze');
    expect(upstream.seen).toHaveLength(3);
    expect(fuze.stderr.match(/unguarded/g)).toHaveLength(1);
    expect(fuze.stderr.trim().split('\n')).toHaveLength(2);
    expect(fuze.workspace.read('fuze-proxy-traces.jsonl')).toHaveLength(0);
    expect(fuze.workspace.read('.fuze/ledger.db')).toHaveLength(0);
  });

  test('serves a command all the same', async () => {
    const env = { DRIFTGUARD_FUSE: '0' };
    const { origin } = await listenFuze(['--', ...fixture('raw-server')], { config, env });
    const body =
      '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}';
    const hello = await fetch(`${origin}/mcp`, { method: 'POST', headers, body });
    await hello.text();
    const session = hello.headers.get('mcp-session-id') ?? '';
    for (const answer of await callThrice(origin, session)) expect(answer).not.toContain('fuze');
  });

  test('keeps its token', async () => {
    const { origin } = await listenFuze(['--', ...fixture('raw-server')], {
      env: { FUZE: '0', FUZE_TOKEN: 'secret' },
    });
    expect((await fetch(`${origin}/mcp`, { method: 'POST', headers, body: '{}' })).status).toBe(
      401,
    );
  });
});

test('FUZE=0 in front of a URL brings the answer to a message too that could be read in two ways', async () => {
  const server = await serveHttp(
    plainServer((received) => json(received, said(received.message.id, 'done'))),
  );
  const flags = ['--url', `${server.origin}/mcp`, '--transport', 'http'];
  const fuze = startFuze(['proxy', ...flags], { env: { FUZE: '0' } });
  await fuze.initialize();
  await fuze.write('{"jsonrpc":"2.0","id":7,"method":"ping","Method":"tools/call"}\n');
  expect((await fuze.response(7)).result).toEqual({});
});
