import { describe, expect, it } from 'vitest';
import { clientOf } from './support/client-files.js';
import { Desk } from './support/desk.js';

const WRONG: readonly (readonly [string, string, string | Buffer, string])[] = [
  [
    'JSON that ends too early',
    'cursor',
    '{\n  "mcpServers": {\n',
    ':3:1: not valid JSON: close brace expected',
  ],
  [
    'JSON with a missing comma',
    'cursor',
    '{\r\n  "a": 1\r\n  "b": 2 }',
    ':3:3: not valid JSON: comma expected',
  ],
  ['JSON behind a BOM', 'vscode', '\uFEFF{ ,', ':1:3: not valid JSON: value expected'],
  ['a list', 'windsurf', '[]', ':1:1: found array as the file, allowed is an object'],
  [
    'servers that are a list',
    'cursor',
    '{ "mcpServers": [] }',
    ':1:17: found array as "mcpServers", allowed is an object',
  ],
  [
    'two servers of one name',
    'cursor',
    '{ "mcpServers": { "a": {},\n "a": {} } }',
    ':2:2: "a" is there twice; remove one',
  ],
  [
    'a server with two commands',
    'cursor',
    '{ "mcpServers": { "a": { "command": "x",\n "command": "y" } } }',
    ':2:2: "command" is there twice; remove one',
  ],
  ['TOML with an open string', 'codex', 'a = 1\nb = "x\n', ':2:'],
  [
    'TOML with a key twice',
    'codex',
    '[mcp_servers.a]\ncommand = "x"\ncommand = "y"\n',
    ':3:1: not valid TOML',
  ],
  ['bytes that are no text', 'cursor', Buffer.from([0x7b, 0xff, 0x7d]), ': not valid UTF-8'],
];

describe('a file is refused, by install and uninstall, with its place:', () => {
  it.each(WRONG)('%s', (_, id, text, message) => {
    const desk = new Desk(clientOf(id), text);
    const expected = `${desk.file.path}${message}`;
    expect(() => desk.install()).toThrow(expected);
    expect(() => desk.uninstall()).toThrow(expected);
  });
});

describe('there is nothing to do in', () => {
  it.each([
    ['an empty file', ''],
    ['blanks', ' \r\n'],
    ['an empty object', '{}'],
    ['a file without servers', '{ "other": 1 } // c'],
    ['a table without servers', '{ "mcpServers": {} }'],
    [
      'projects that hold something else',
      '{ "projects": { "a": 1, "b": { "mcpServers": null } } }',
    ],
  ])('%s', (_, text) => {
    const desk = new Desk(clientOf('claude-code'), text);
    expect(desk.install()).toMatchObject({ changed: [], settled: [], left: [] });
    expect(desk.read()).toBe(text);
  });
});

describe('an entry is left as it is, and the reason told:', () => {
  const why = (id: string, entry: string): string | undefined => {
    const client = clientOf(id);
    const table = client.serverTables[0]?.join('.');
    const text = client.format === 'json' ? `{ "${table}": { "s": ${entry} } }` : entry;
    const desk = new Desk(client, text);
    const { left, changed } = desk.install();
    expect(changed).toEqual([]);
    expect(desk.read()).toBe(text);
    return left[0]?.why;
  };

  it.each([
    ['"npx server"', 'its entry is not a table'],
    ['{}', 'it has neither a command nor a URL'],
    ['{ "command": 7 }', 'its "command" is not a text'],
    ['{ "command": "x", "args": "y" }', 'its "args" are not a list of texts'],
    ['{ "command": "x", "args": [1] }', 'its "args" are not a list of texts'],
    ['{ "url": "unix:///tmp/s" }', 'its "url" is not an http or https address'],
    ['{ "type": "ws", "url": "https://a" }', 'its type is "ws", and fuze speaks http and sse'],
    ['{ "url": "https://a", "headers": { "A": 1 } }', 'its headers are not all texts'],
    [
      '{ "url": "https://a", "headers": { "A": "" } }',
      'its header "A" has a name or a value that cannot be sent',
    ],
    [
      '{ "url": "https://me:secret@a/mcp" }',
      'there is a user or a password in its "url", which would show in lists of processes; give it as a header',
    ],
    [
      '{ "url": "https://a", "oauth": {} }',
      'VS Code logs in to it ("oauth"), which it cannot do through a command',
    ],
  ])('%s', (entry, reason) => {
    expect(why('vscode', entry)).toBe(reason);
  });

  it('an address that a shell would take apart, where words are joined', () => {
    const entry = '{ "url": "https://a/mcp?b=1&c=2" }';
    expect(why('cursor', entry)).toContain('its "url" would come apart');
  });

  it.each([
    ['dotted keys', 'mcp_servers.s.command = "x"\n'],
    [
      'headers elsewhere',
      '[mcp_servers.s]\nurl = "https://a"\n[other]\n[mcp_servers.s.http_headers]\nA = "b"\n',
    ],
    ['dotted headers', '[mcp_servers.s]\nurl = "https://a"\nhttp_headers.A = "b"\n'],
  ])('TOML with %s', (_, text) => {
    expect(why('codex', text)).toBe(
      'it is written in a way that fuze does not edit; give it one table of its own, without dotted keys',
    );
  });
});
