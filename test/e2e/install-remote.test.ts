import { readFileSync, writeFileSync } from 'node:fs';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { fixture, runFuze, startFuze, Workspace } from './support/fuze-process.js';
import { onTeardown } from './support/teardown.js';

const LISTENING = /listening on (http:\S+)/;
const fileShape = z.object({
  mcpServers: z.object({
    shop: z.object({
      command: z.string(),
      args: z.array(z.string()),
      env: z.record(z.string(), z.string()),
    }),
  }),
});

it('fuze install guards a remote server, with its secret off the command line', async () => {
  const workspace = new Workspace();
  const [program, ...args] = fixture('raw-server');
  const listener = startFuze(
    ['proxy', '--listen', '0', '--token', 'open-sesame', '--', program, ...args],
    { workspace },
  );
  await expect.poll(() => listener.stderr, { timeout: 20_000 }).toMatch(LISTENING);
  const [, url] = LISTENING.exec(listener.stderr) ?? [];
  const text = JSON.stringify({
    mcpServers: {
      shop: {
        type: 'http',
        url,
        headers: { Authorization: 'Bearer open-sesame', Accept: 'application/json' },
      },
    },
  });
  const file = workspace.path('.mcp.json');
  writeFileSync(file, text);
  const installed = await runFuze(['install', 'claude-code', '--yes'], { workspace });
  expect(installed.code).toBe(0);
  expect(installed.stdout).not.toContain('open-sesame');
  const {
    command,
    args: words,
    env,
  } = fileShape.parse(JSON.parse(readFileSync(file, 'utf8'))).mcpServers.shop;
  expect(words.join(' ')).not.toContain('open-sesame');
  const transport = new StdioClientTransport({
    command,
    args: words,
    env: { HOME: workspace.home, PATH: '/nowhere', ...env },
    cwd: '/',
    stderr: 'ignore',
  });
  const client = new Client({ name: 'test', version: '1' });
  onTeardown(() => client.close());
  await client.connect(transport);
  expect(await client.callTool({ name: 'ok' })).toMatchObject({
    content: [{ type: 'text', text: 'ok' }],
  });
  await client.close();
  await runFuze(['uninstall', '--yes'], { workspace });
  expect(readFileSync(file, 'utf8')).toBe(text);
});
