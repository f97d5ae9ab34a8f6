import { describe, expect, it } from 'vitest';
import { parseTomlText } from '../../src/config/toml-file.js';
import { type Command, fixture, runFuze, startFuze, Workspace } from './support/fuze-process.js';

const module = (name: string): Command => [
  process.execPath,
  new URL(`../../node_modules/@modelcontextprotocol/${name}/dist/index.js`, import.meta.url)
    .pathname,
];

function init(workspace: Workspace, command: Command, ...flags: string[]) {
  return runFuze(['init', ...flags, '--', ...command], { workspace });
}

describe('fuze init', () => {
  it.each([
    ['server-everything', module('server-everything'), 'trigger-long-running-operation'],
    ['server-filesystem', [...module('server-filesystem'), '/tmp'] as Command, 'move_file'],
    ['server-memory', module('server-memory'), 'create_entities'],
  ])('writes a file for %s that fuze understands', async (_, command, tool) => {
    const workspace = new Workspace();
    const { code, stdout } = await init(workspace, command);
    expect(code).toBe(0);
    expect(stdout).toContain(`wrote ${workspace.path('fuze.toml')}`);
    const text = workspace.read('fuze.toml').toString();
    expect(text).toMatch(new RegExp(`^\\[proxy\\.tools\\.${tool}\\]$`, 'm'));
    expect(parseTomlText(text, 'fuze.toml')).toHaveProperty('values');
    // Every proposal taken up, as a person would.
    const all = text.replace(/^# (?=[a-z_]+ = )/gm, '');
    expect(parseTomlText(all, 'fuze.toml')).toHaveProperty('values');
    expect(workspace.survivors()).toEqual([]);
  });

  it('is sure only where the name and the server agree, and says nothing of tools that look', async () => {
    const workspace = new Workspace();
    const tools = [
      { name: 'refund', annotations: { destructiveHint: true } },
      { name: 'sendMail', description: 'Sends.\nMore \u001b[31mwords' },
      { name: 'set "x"', annotations: { idempotentHint: true } },
      { name: 'search', annotations: { readOnlyHint: true } },
      { name: 'build.image' },
    ];
    const script = `
      let page = 0;
      process.stdin.on('data', (d) => String(d).trim().split('\\n').forEach((line) => {
        const { id, method } = JSON.parse(line);
        if (id === undefined) return;
        const tools = ${JSON.stringify(tools)};
        const result = method === 'initialize'
          ? { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'shop', version: '1' } }
          : page++ === 0 ? { tools: tools.slice(0, 2), nextCursor: 'more' } : { tools: tools.slice(2) };
        console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
      }));`;
    const { code } = await init(workspace, [process.execPath, '-e', script]);
    expect(code).toBe(0);
    const text = workspace.read('fuze.toml').toString();
    expect(text).toMatch(/^\[proxy\.tools\.refund\]\nside_effect = true /m);
    expect(text).toMatch(/^# Sends\.\n\[proxy\.tools\.sendMail\]\n# side_effect = true /m);
    expect(text).toMatch(
      /^\[proxy\.tools\."build\.image"\]\n# side_effect = true .*\n# timeout = "5m"/m,
    );
    expect(text).toMatch(/^# The general limits are made for: set "x", search$/m);
    expect(parseTomlText(text, 'fuze.toml')).toHaveProperty('values');
  });

  it('writes a commented file without a server', async () => {
    const workspace = new Workspace();
    expect((await runFuze(['init', '--output', 'own.toml'], { workspace })).code).toBe(0);
    const text = workspace.read('own.toml').toString();
    expect(parseTomlText(text, 'own.toml')).toEqual({ values: { proxy: {} } });
  });

  it('never writes over a file', async () => {
    const workspace = new Workspace('[proxy]\n');
    const { code, stderr } = await init(workspace, fixture('raw-server'));
    expect(code).toBe(2);
    expect(stderr).toMatch(/^fuze: .*fuze\.toml is there already and was not changed\. .*--output/);
    expect(workspace.read('fuze.toml').toString()).toBe('[proxy]\n');
  });

  it.each<[string, Command, RegExp]>([
    ['cannot be found', ['no-such-server'], /command not found: no-such-server/],
    [
      'ends at once',
      [process.execPath, '-e', 'console.error("no key"); process.exit(3)'],
      /ended \(code 3\)[\s\S]*no key/,
    ],
    ['never answers', [process.execPath, '-e', 'setInterval(() => {}, 1000)'], /within 1 s/],
  ])('writes nothing when the server %s, and says why', async (_, command, said) => {
    const workspace = new Workspace();
    const { code, stderr } = await init(workspace, command, '--timeout', '1s');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^fuze: nothing was written: /);
    expect(stderr).toMatch(said);
    expect(workspace.read('fuze.toml')).toHaveLength(0);
    expect(workspace.survivors()).toEqual([]);
  });

  it('asks a server that is elsewhere', async () => {
    const workspace = new Workspace();
    const listener = startFuze([
      'proxy',
      '--listen',
      '127.0.0.1:0',
      '--',
      ...fixture('shop-server'),
    ]);
    await listener.stderrMatches(/listening on (\S+)/);
    const [, url = ''] = /listening on (\S+)/.exec(listener.stderr) ?? [];
    const { code, stderr } = await runFuze(['init', '--url', url], { workspace });
    expect([code, stderr]).toEqual([0, '']);
    expect(workspace.read('fuze.toml').toString()).toMatch(/^\[proxy\.tools\.refund/m);
    const down = await runFuze(['init', '--url', 'http://127.0.0.1:9/mcp', '--output', 'x.toml'], {
      workspace,
    });
    expect(down.code).toBe(1);
    expect(down.stderr).toMatch(/cannot be asked/);
  });
});
