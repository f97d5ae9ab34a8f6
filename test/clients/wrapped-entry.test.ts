import { describe, expect, it } from 'vitest';
import { readWrapped } from '../../src/clients/wrapped-command.js';
import { clientOf } from './support/client-files.js';
import { Desk, type LINUX, WINDOWS } from './support/desk.js';

type Installed = typeof LINUX;

/** What the entry of one server says when it is wrapped. */
function wrapped(id: string, entry: object, name = 'a', installation?: Installed): unknown {
  const client = clientOf(id);
  const [table = ''] = client.serverTables[0] ?? [];
  const text = JSON.stringify({ [table]: { [name]: entry } });
  const desk = new Desk(client, text, 'config', installation);
  expect(desk.install().left).toEqual([]);
  const said = desk.values()[`${table}/${name}`];
  desk.uninstall();
  expect(desk.read()).toBe(text);
  return said;
}

const PROXY = ['/usr/lib/node_modules/fuze/bin/fuze.js', 'proxy', '--name'];
const SECRET = `\${FUZE_HEADER_AUTHORIZATION}`;

describe('a command', () => {
  it('is what follows --, with its words and nothing else changed', () => {
    const entry = {
      command: 'npx',
      args: ['-y', 'server', 'two words', ''],
      env: { A: `\${env:B}` },
      cwd: `\${workspaceFolder}`,
      disabled: false,
    };
    expect(wrapped('vscode', entry)).toEqual({
      ...entry,
      command: '/usr/bin/node',
      args: [...PROXY, 'a', '--', 'npx', '-y', 'server', 'two words', ''],
    });
  });

  it('on Windows is started by the paths of Windows', () => {
    const command = 'C:\\Program Files\\x\\server.exe';
    expect(wrapped('claude-desktop', { command }, 'a', WINDOWS)).toEqual({
      command: WINDOWS.node,
      args: [WINDOWS.script, 'proxy', '--name', 'a', '--', command],
    });
  });

  it('of a client that joins words is handed over in words, and fuze adds none with a blank', () => {
    expect(
      wrapped('cursor', { command: 'npx -y server --port 3', args: ['x'] }, 'my server', WINDOWS),
    ).toEqual({
      command: 'node',
      args: [WINDOWS.script, ...'proxy --name my-server -- npx -y server --port 3 x'.split(' ')],
    });
    const program = '/Applications/My App/server';
    expect(wrapped('cursor', { command: program })).toMatchObject({
      args: [...PROXY, 'a', '--', program],
    });
  });
});

describe('a remote server', () => {
  it('is spoken to by fuze, with its secrets in the environment', () => {
    const entry = {
      type: 'http',
      url: 'https://example.com/mcp',
      headers: { Authorization: `Bearer \${input:key}`, 'X-a': '1', X_A: '2' },
      gallery: true,
    };
    const names = [
      `Authorization: ${SECRET}`,
      `X-a: \${FUZE_HEADER_X_A}`,
      `X_A: \${FUZE_HEADER_X_A_2}`,
    ];
    expect(wrapped('vscode', entry)).toEqual({
      type: 'stdio',
      command: '/usr/bin/node',
      args: [...PROXY, 'a', '--url', entry.url, ...names.flatMap((header) => ['--header', header])],
      env: {
        FUZE_HEADER_AUTHORIZATION: `Bearer \${input:key}`,
        FUZE_HEADER_X_A: '1',
        FUZE_HEADER_X_A_2: '2',
      },
      gallery: true,
    });
  });

  it('is not told headers that fuze sets itself', () => {
    const headers = { Accept: 'text/event-stream', 'content-type': 'application/json', K: 'v' };
    expect(wrapped('windsurf', { serverUrl: 'https://a', headers })).toMatchObject({
      args: [...PROXY, 'a', '--url', 'https://a', '--header', `K: \${FUZE_HEADER_K}`],
    });
  });

  it('keeps the environment that it has', () => {
    const entry = { serverUrl: 'https://a', headers: { K: 'v' }, env: { B: '1' } };
    expect(wrapped('windsurf', entry)).toMatchObject({ env: { B: '1', FUZE_HEADER_K: 'v' } });
  });

  it('of the old transport is told to fuze', () => {
    expect(wrapped('claude-code', { type: 'sse', url: 'https://a/sse' })).toEqual({
      type: 'stdio',
      command: '/usr/bin/node',
      args: [...PROXY, 'a', '--url', 'https://a/sse', '--transport', 'sse'],
    });
  });

  it('of a client that joins words gets headers without a blank', () => {
    expect(
      wrapped('cursor', { url: 'https://a', headers: { Authorization: 'Bearer x' } }),
    ).toMatchObject({
      args: [...PROXY, 'a', '--url', 'https://a', '--header', `Authorization:${SECRET}`],
    });
  });

  it('of Codex takes secrets from variables that Codex must let through', () => {
    const text = `[mcp_servers.a]
url = "https://a"
bearer_token_env_var = "TOKEN"
env_http_headers = { X-Key = "KEY" }
http_headers = { X-Team = "t" }
`;
    const desk = new Desk(clientOf('codex'), text);
    desk.install();
    expect(desk.values()['mcp_servers/a']).toEqual({
      command: '/usr/bin/node',
      args: [
        ...[...PROXY, 'a', '--url', 'https://a', '--header', `X-Team: \${FUZE_HEADER_X_TEAM}`],
        ...['--header', `X-Key: \${KEY}`, '--header', `Authorization: Bearer \${TOKEN}`],
      ],
      env: { FUZE_HEADER_X_TEAM: 't' },
      env_vars: ['KEY', 'TOKEN'],
    });
    desk.uninstall();
    expect(desk.read()).toBe(text);
  });

  it('without headers may need a login in the browser: that is told', () => {
    const desk = new Desk(clientOf('vscode'), '{ "servers": { "a": { "url": "https://a" } } }');
    expect(desk.planInstall().notes.join()).toContain('log in');
  });
});

describe('fuze is recognised, whoever wrote it:', () => {
  it.each([
    ['npx', ['-y', 'fuze', 'proxy', '--name', 'x', '--', 'server', 'arg']],
    ['npx', ['-y', 'fuze@0.1.0', 'proxy', '--', 'server', 'arg']],
    ['fuze', ['proxy', '--max-cost', '2', '--', 'server', 'arg']],
    ['C:\\npm\\fuze.cmd', ['proxy', '--', 'server', 'arg']],
    ['cmd', ['/c', 'npx', 'fuze', 'proxy', '--', 'server', 'arg']],
    ['node', ['/opt/fuze/bin/fuze.js', 'proxy', '--', 'server', 'arg']],
  ])('%s %j', (command, args) => {
    expect(readWrapped({ command, args })).toEqual({
      kind: 'command',
      command: 'server',
      args: ['arg'],
    });
  });

  it('in front of an address, with headers in both writings', () => {
    const args = [
      'proxy',
      '--url=https://a',
      '--header',
      'A: b:c',
      '--header=D:e',
      '--transport',
      'sse',
    ];
    expect(readWrapped({ command: 'fuze', args })).toEqual({
      kind: 'url',
      url: 'https://a',
      isSse: true,
      headers: [
        ['A', 'b:c'],
        ['D', 'e'],
      ],
    });
  });

  it('also when it cannot be undone from what is there: that is left to the person', () => {
    const text = '{ "mcpServers": { "a": { "command": "fuze", "args": ["proxy", "server"] } } }';
    const desk = new Desk(clientOf('cursor'), text);
    expect(desk.install().settled).toEqual(['a']);
    expect(desk.uninstall().left[0]?.why).toContain('by hand');
    expect(desk.read()).toBe(text);
  });

  it.each([
    ['npx', ['-y', 'fuze-server', 'proxy']],
    ['proxy', []],
    ['uvx', ['mcp-proxy', 'proxy', '--', 'fuze']],
  ])('but not %s %j', (command, args) => {
    expect(readWrapped({ command, args })).toBeUndefined();
  });
});
