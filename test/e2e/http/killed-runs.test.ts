import { expect, test } from 'vitest';
import { fixture } from '../support/fuze-process.js';
import { startGullible } from '../support/gullible-server.js';
import { listenFuze } from '../support/listening-fuze.js';

const config =
  '[proxy]\non_kill = "disconnect"\non_loop = "kill"\nrun_header = "x-run"\n[loop_detection]\nrepeat_threshold = 2\n';
const headers = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};
const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};
const modernHeaders = {
  ...headers,
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
};

function call(origin: string, tool: string, more: object, own: object, id = 1): Promise<Response> {
  const params = { name: tool, arguments: {}, ...more };
  const body = JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params });
  return fetch(`${origin}/mcp`, { method: 'POST', headers: { ...headers, ...own }, body });
}

const hello =
  '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}';

test('the session of a killed run ends, after its answer is out', async () => {
  const { origin } = await listenFuze(['--', ...fixture('raw-server')], { config });
  const opened = await fetch(`${origin}/mcp`, { method: 'POST', headers, body: hello });
  await opened.text();
  const own = { 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' };
  let answer = '';
  for (let id = 1; id < 5 && !answer.includes('fuze'); id += 1) {
    answer = await (await call(origin, 'ok', {}, own, id)).text();
  }
  expect(answer).toContain('"action":"kill"');
  await expect.poll(async () => (await call(origin, 'ok', {}, own, 9)).status).toBe(404);
});

test('clients of 2026-07-28 share a server, and the end of one run ends no other call', async () => {
  const { origin, fuze } = await listenFuze(['--', ...fixture('raw-server')], {
    config,
    env: { RAW_LOG: 'raw.log' },
  });
  const of = (run: string, name: string) => ({ ...modernHeaders, 'x-run': run, 'mcp-name': name });
  const held = call(origin, 'hold', { arguments: { key: 'k' }, _meta: meta }, of('other', 'hold'));
  await expect.poll(() => fuze.workspace.read('raw.log').includes('"hold"')).toBe(true);
  let answer = '';
  for (let id = 1; id < 5 && !answer.includes('fuze'); id += 1) {
    answer = await (await call(origin, 'ok', { _meta: meta }, of('looping', 'ok'), id)).text();
  }
  expect(answer).toContain('"action":"kill"');
  const release = { arguments: { keys: ['k'] }, _meta: meta };
  await (await call(origin, 'release', release, of('other', 'release'))).text();
  expect(await (await held).text()).toContain('released k');
  expect(await (await call(origin, 'ok', { _meta: meta }, of('looping', 'ok'))).text()).toContain(
    'fuze',
  );
  expect(fuze.child.exitCode).toBeNull();
});

test('a killed run reaches no remote server again in its session', async () => {
  const upstream = await startGullible({ 'mcp-session-id': 's1' });
  const flags = ['--transport', 'http'];
  const { origin } = await listenFuze(['--url', `${upstream.origin}/mcp`], { config, flags });
  await (await fetch(`${origin}/mcp`, { method: 'POST', headers, body: hello })).text();
  const own = { 'mcp-session-id': 's1' };
  let answer = '';
  for (let id = 1; id < 5 && !answer.includes('fuze'); id += 1) {
    answer = await (await call(origin, 'ok', {}, own, id)).text();
  }
  expect(answer).toContain('"action":"kill"');
  upstream.seen.length = 0;
  expect((await call(origin, 'ok', {}, own, 9)).status).toBe(404);
  expect(upstream.seen).toEqual([]);
});

test('no client of 2026-07-28 can turn the server that it shares back to an earlier revision', async () => {
  const env = { RAW_LOG: 'raw.log' };
  const { origin, fuze } = await listenFuze(['--', ...fixture('raw-server')], { env });
  const own = { ...headers, 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'initialize' };
  const body = hello.replace('"params":{', `"params":{"_meta":${JSON.stringify(meta)},`);
  const answer = await fetch(`${origin}/mcp`, { method: 'POST', headers: own, body });
  expect([answer.status, await answer.json()]).toMatchObject([
    404,
    { id: 0, error: { code: -32601 } },
  ]);
  expect(fuze.workspace.read('raw.log')).toHaveLength(0);
});
