import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import {
  CallToolResultSchema,
  ElicitRequestSchema,
  ProgressNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, it } from 'vitest';
import { fuzeBin, Workspace } from '../support/fuze-process.js';
import type { HttpServer } from '../support/http-server.js';
import { startSdkHttp, startSdkSse } from '../support/sdk-server.js';
import { onTeardown } from '../support/teardown.js';

/** An SDK client that starts fuze in front of a remote server. */
async function connect(url: string, ...flags: readonly string[]): Promise<Client> {
  const workspace = new Workspace();
  const client = new Client({ name: 'c', version: '1' }, { capabilities: { elicitation: {} } });
  client.setRequestHandler(ElicitRequestSchema, () => ({
    action: 'accept',
    content: { name: 'Ada' },
  }));
  const env = Object.fromEntries(
    Object.entries(workspace.env()).filter((entry): entry is [string, string] => !!entry[1]),
  );
  const args = [fuzeBin, 'proxy', '--url', url, ...flags];
  const transport = new StdioClientTransport({
    ...{ command: process.execPath, args, env, cwd: workspace.dir, stderr: 'inherit' },
  });
  await client.connect(transport);
  onTeardown(() => client.close());
  return client;
}

async function textOf(client: Client, name: string, args: object = {}): Promise<unknown> {
  const { content } = CallToolResultSchema.parse(
    await client.callTool({ name, arguments: { ...args } }),
  );
  return content[0]?.type === 'text' ? content[0].text : content;
}

const SERVERS: [string, string, () => Promise<HttpServer>, readonly string[]][] = [
  ['Streamable HTTP with sessions', '/mcp', () => startSdkHttp(), []],
  ['Streamable HTTP without sessions', '/mcp', () => startSdkHttp({ stateful: false }), []],
  ['Streamable HTTP that answers in JSON', '/', () => startSdkHttp({ json: true }), []],
  ['Streamable HTTP by name', '/mcp', () => startSdkHttp(), ['--transport', 'http']],
  ['resumable Streamable HTTP', '/mcp', () => startSdkHttp({ resumable: true }), []],
  ['HTTP+SSE by name', '/sse', () => startSdkSse(), ['--transport', 'sse']],
  ['HTTP+SSE, found out', '/sse', () => startSdkSse(), []],
];

describe('an SDK client through fuze', () => {
  it.each(SERVERS)('calls tools of %s', async (_, path, start, flags) => {
    const server = await start();
    const client = await connect(`${server.origin}${path}`, ...flags);
    expect(client.getServerVersion()?.name).toBe('sdk');
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('echo');
    const words = Array.from({ length: 30 }, (_unused, index) => `zwölf 字 ${index}`);
    expect(await Promise.all(words.map((each) => textOf(client, 'echo', { words: each })))).toEqual(
      words,
    );
  });

  it.each(SERVERS.filter(([name]) => !name.includes('JSON')))(
    'gets the progress of a tool of %s',
    async (_, path, start, flags) => {
      const server = await start();
      const client = await connect(`${server.origin}${path}`, ...flags);
      const steps: number[] = [];
      // Not its own handler, which the SDK takes away as soon as it has read the answer, whatever was read with it.
      client.setNotificationHandler(ProgressNotificationSchema, ({ params }) => {
        steps.push(params.progress);
      });
      const onprogress = (): void => {};
      await client.callTool({ name: 'steps', arguments: {} }, undefined, { onprogress });
      expect(steps).toEqual([1, 2, 3]);
    },
  );

  it.each(SERVERS.filter(([name]) => !name.includes('without')))(
    'answers what %s asks while a tool runs',
    async (_, path, start, flags) => {
      const server = await start();
      const client = await connect(`${server.origin}${path}`, ...flags);
      expect(await textOf(client, 'ask')).toBe('hello Ada');
    },
  );

  it('gets an answer whose stream the server closed before it was there', async () => {
    const server = await startSdkHttp({ resumable: true });
    const client = await connect(`${server.origin}/mcp`);
    expect(await textOf(client, 'cut')).toBe('after the cut');
    const [, ...gets] = server.seen.filter(({ request }) => request.method === 'GET');
    expect(gets).toHaveLength(1);
    expect(gets[0]?.request.headers['last-event-id']).toBeTruthy();
  });

  it('ends the session with DELETE when it leaves', async () => {
    const server = await startSdkHttp();
    const client = await connect(`${server.origin}/mcp`);
    await client.close();
    const last = server.seen.at(-1)?.request;
    expect(last?.method).toBe('DELETE');
    expect(last?.headers['mcp-session-id']).toMatch(/^[\x21-\x7e]+$/);
  });
});
