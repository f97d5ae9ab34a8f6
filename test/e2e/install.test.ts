import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { resolvePath } from '../../src/config/paths.js';
import { type Finished, fixture, runFuze, Workspace } from './support/fuze-process.js';
import { onTeardown } from './support/teardown.js';

const [program, ...args] = fixture('raw-server');
const entry = { command: program, args };
const entryShape = z.object({
  command: z.string(),
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()).optional(),
});
type Entry = z.infer<typeof entryShape>;

/** Where a client keeps its servers in a home or a project, and how it is written. */
interface Case {
  readonly client: string;
  /** In the home (~) or in the working directory. */
  readonly place: string;
  readonly text: string;
  readonly path: readonly string[];
  /** The client hands one line to a shell. */
  readonly joins?: boolean;
}

const servers = (key: string, more = {}): string =>
  JSON.stringify({ [key]: { shop: { ...entry, ...more } } }, undefined, '\t');
const mcpServers = ['mcpServers', 'shop'];
const toml = `# mine\n[mcp_servers.shop]\ncommand = ${JSON.stringify(program)}\nargs = ${JSON.stringify(args)}\n`;

const CASES: readonly Case[] = [
  {
    client: 'claude-desktop',
    place:
      process.platform === 'darwin'
        ? '~/Library/Application Support/Claude/claude_desktop_config.json'
        : '~/.config/Claude/claude_desktop_config.json',
    text: servers('mcpServers', { env: { A: 'B' } }),
    path: mcpServers,
  },
  { client: 'claude-code', place: '~/.claude.json', text: servers('mcpServers'), path: mcpServers },
  {
    client: 'claude-code',
    place: '~/.claude.json',
    text: `{"projects":{"/a b":${servers('mcpServers')}}}`,
    path: ['projects', '/a b', ...mcpServers],
  },
  { client: 'claude-code', place: '.mcp.json', text: servers('mcpServers'), path: mcpServers },
  { client: 'cursor', place: '~/.cursor/mcp.json', text: servers('mcpServers'), path: mcpServers },
  {
    client: 'cursor',
    place: '.cursor/mcp.json',
    text: servers('mcpServers', { command: [program, ...args].join(' '), args: undefined }),
    path: mcpServers,
    joins: true,
  },
  {
    client: 'vscode',
    place: '.vscode/mcp.json',
    text: servers('servers', { type: 'stdio' }),
    path: ['servers', 'shop'],
  },
  {
    client: 'windsurf',
    place: '~/.codeium/windsurf/mcp_config.json',
    text: servers('mcpServers'),
    path: mcpServers,
  },
  { client: 'codex', place: '~/.codex/config.toml', text: toml, path: ['mcp_servers', 'shop'] },
];

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function entryIn(file: string, path: readonly string[]): Entry {
  const text = readFileSync(file, 'utf8');
  let value: unknown = file.endsWith('.toml') ? parseToml(text) : JSON.parse(text);
  for (const step of path) value = z.record(z.string(), z.unknown()).parse(value)[step];
  return entryShape.parse(value);
}

/** Starts what the file says as a desktop client does: in `/`, with little environment. */
async function connect(
  { command, args, env }: Entry,
  workspace: Workspace,
  joins: boolean,
): Promise<Client> {
  const [start, ...rest] = joins
    ? ['/bin/sh', '-c', [command, ...args].join(' ')]
    : [command, ...args];
  const transport = new StdioClientTransport({
    command: start ?? '',
    args: rest,
    env: { HOME: workspace.home, USERPROFILE: workspace.home, PATH: '/nowhere', ...env },
    cwd: '/',
    stderr: 'ignore',
  });
  const client = new Client({ name: 'test', version: '1' });
  onTeardown(() => client.close());
  await client.connect(transport);
  return client;
}

const run = (workspace: Workspace, ...words: readonly string[]): Promise<Finished> =>
  runFuze(words, { workspace });

describe('fuze install', () => {
  it.each(CASES)(
    'guards $client by $place, and fuze uninstall leaves no trace',
    async ({ client, place, text, path, joins = false }) => {
      const workspace = new Workspace();
      const file = resolvePath(place, workspace.dir, workspace.home);
      write(file, text);
      const installed = await run(workspace, 'install', client, '--yes');
      expect(installed.stderr).toBe('');
      expect(installed.code).toBe(0);
      const wrapped = entryIn(file, path);
      const guarded = await connect(wrapped, workspace, joins);
      const { tools } = await guarded.listTools();
      expect(tools.map(({ name }) => name)).toContain('ok');
      const answers = [];
      for (let call = 0; call < 3; call += 1) answers.push(await guarded.callTool({ name: 'ok' }));
      expect(answers.map(({ isError }) => isError === true)).toEqual([false, false, true]);
      expect(answers[2]?._meta).toHaveProperty('fuze/decision.check', 'repeat');
      await guarded.close();
      expect((await run(workspace, 'uninstall', '--yes')).code).toBe(0);
      expect(readFileSync(file, 'utf8')).toBe(text);
    },
  );

  it('shows what it would do, and writes nothing without a yes', async () => {
    const workspace = new Workspace();
    write(workspace.path('.mcp.json'), servers('mcpServers'));
    const { code, stdout, stderr } = await run(workspace, 'install');
    expect(code).toBe(2);
    expect(stderr).toBe(
      'fuze: nothing was written: say "fuze install --yes" to write this without a question\n',
    );
    expect(stdout).toContain(`Claude Code: ${workspace.path('.mcp.json')}\n  wrap: shop\n`);
    expect(stdout).toContain(`\n+\t\t\t\t"proxy",\n`);
    expect(stdout).toContain('do not commit it');
    expect(workspace.read('.mcp.json').toString()).toBe(servers('mcpServers'));
  });

  it('does nothing the second time', async () => {
    const workspace = new Workspace();
    const path = workspace.path('.mcp.json');
    write(path, servers('mcpServers'));
    await run(workspace, 'install', '--yes');
    const once = readFileSync(path, 'utf8');
    const { code, stdout } = await run(workspace, 'install', '--yes');
    expect(code).toBe(0);
    expect(stdout).toContain('already wrapped: shop\nNothing to change.\n');
    expect(readFileSync(path, 'utf8')).toBe(once);
  });

  it('takes the servers that are named', async () => {
    const workspace = new Workspace();
    const path = workspace.path('.mcp.json');
    write(path, JSON.stringify({ mcpServers: { a: entry, b: entry, c: entry } }));
    const words = ['--yes', '--server', 'a', '--server', 'c'];
    expect((await run(workspace, 'install', ...words)).stdout).toContain('wrap: a, c\n');
    expect(entryIn(path, ['mcpServers', 'b'])).toEqual(entry);
    expect((await run(workspace, 'uninstall', ...words)).code).toBe(0);
    const { code, stderr } = await run(workspace, 'install', '--server', 'bb');
    expect(code).toBe(2);
    expect(stderr).toBe('fuze: found the server "bb", did you mean b?\n');
  });

  it('refuses a file that it cannot read, tells the place, and goes on with the others', async () => {
    const workspace = new Workspace();
    write(workspace.path('.mcp.json'), '{\n  "mcpServers": {,\n');
    write(workspace.path('.vscode/mcp.json'), servers('servers'));
    for (const command of ['install', 'uninstall']) {
      const { code, stdout, stderr } = await run(workspace, command, '--yes');
      expect(code).toBe(2);
      expect(stderr).toContain(`fuze: ${workspace.path('.mcp.json')}:2:18: not valid JSON`);
      expect(stdout).toContain(`wrote ${workspace.path('.vscode/mcp.json')}`);
    }
    expect(workspace.read('.vscode/mcp.json').toString()).toBe(servers('servers'));
  });

  it('tells that there is nothing, and where it looked', async () => {
    const workspace = new Workspace();
    const none = await run(workspace, 'install');
    expect(none.code).toBe(1);
    expect(none.stderr).toContain('found no configuration of a client');
    const named = await run(workspace, 'install', 'cursor');
    expect(named.stdout).toContain(`looked for ${join(workspace.home, '.cursor/mcp.json')}`);
    const wrong = await run(workspace, 'install', 'curser');
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toBe('fuze: found the client "curser", did you mean cursor?\n');
  });

  it('comes out of projects elsewhere, too', async () => {
    const workspace = new Workspace();
    const path = workspace.path('.mcp.json');
    write(path, servers('mcpServers'));
    await run(workspace, 'install', '--yes');
    const { code, stdout } = await runFuze(['uninstall', '--yes'], {
      workspace,
      cwd: workspace.home,
    });
    expect(code).toBe(0);
    expect(stdout).toContain(`wrote ${path}`);
    expect(readFileSync(path, 'utf8')).toBe(servers('mcpServers'));
    const again = await runFuze(['uninstall', '--yes'], { workspace, cwd: workspace.home });
    expect(again.stdout).toBe('Nothing to change.\n');
  });

  it('comes out without what it kept', async () => {
    const workspace = new Workspace();
    const path = workspace.path('.mcp.json');
    write(path, servers('mcpServers'));
    await run(workspace, 'install', '--yes');
    rmSync(join(workspace.home, '.fuze'), { recursive: true });
    await run(workspace, 'uninstall', '--yes');
    expect(readFileSync(path, 'utf8')).toBe(servers('mcpServers'));
  });
});
