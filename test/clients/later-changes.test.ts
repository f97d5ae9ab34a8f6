import { parse as parseToml } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { CLIENTS } from '../../src/clients/client-table.js';
import { clientOf, VARIANTS } from './support/client-files.js';
import { Desk } from './support/desk.js';

const JSON_TEXT = `{
  "mcpServers": {
    "files": {
      "command": "npx", // by npm
      "args": ["-y", "server"],
      "env": { "A": "1" }
    },
    "remote": {
      "type": "http",
      "url": "https://example.com/mcp",
      "headers": { "Authorization": "Bearer abc" /* mine */ }
    }
  }
}
`;

describe('what a person changed while fuze was there stays', () => {
  const edited = (
    ...changes: readonly (readonly [from: string | RegExp, to: string])[]
  ): string => {
    const desk = new Desk(clientOf('claude-desktop'), JSON_TEXT);
    desk.install();
    let text = desk.read();
    for (const [from, to] of changes) {
      expect(text).toMatch(from);
      text = text.replace(from, to);
    }
    desk.write(text);
    expect(desk.uninstall().left).toEqual([]);
    return desk.read();
  };

  it('outside the servers', () => {
    const change = ['{\n', '{\n  "theme": "dark",\n'] as const;
    expect(edited(change)).toBe(JSON_TEXT.replace(...change));
  });

  it('in the environment of a wrapped server', () => {
    const change = ['{ "A": "1" }', '{ "A": "2" }'] as const;
    expect(edited(change)).toBe(JSON_TEXT.replace(...change));
  });

  it('in the arguments behind fuze', () => {
    expect(edited(['"server"]', '"server", "/data"]'])).toBe(
      JSON_TEXT.replace('["-y", "server"]', '["-y", "server", "/data"]'),
    );
  });

  it('as a member of its own', () => {
    expect(edited(['"env": { "A": "1" }', '"env": { "A": "1" },\n      "disabled": true'])).toBe(
      JSON_TEXT.replace('"env": { "A": "1" }', '"env": { "A": "1" },\n      "disabled": true'),
    );
  });

  it('in the address and the headers of a remote server', () => {
    const text = edited(['example.com/mcp', 'example.com/v2'], ['Bearer abc', 'Bearer def']);
    expect(text).toContain('"url": "https://example.com/v2"');
    expect(text).toContain('"headers": { "Authorization": "Bearer def" }');
    expect(text).toContain('"type": "http"');
    expect(text).not.toContain('fuze');
    expect(text).not.toContain('"env": { "FUZE');
  });

  it('when it is the server that was taken out', () => {
    const desk = new Desk(clientOf('claude-desktop'), JSON_TEXT);
    desk.install();
    desk.write('{ "mcpServers": {} }');
    expect(desk.uninstall()).toMatchObject({ changed: [], left: [] });
    expect(desk.read()).toBe('{ "mcpServers": {} }');
  });

  it('when it is fuze that was taken out by hand', () => {
    const desk = new Desk(clientOf('claude-desktop'), JSON_TEXT);
    desk.install();
    desk.write(JSON_TEXT.replace('"server"', '"other"'));
    expect(desk.uninstall().settled).toEqual(['files', 'remote']);
  });
});

it.each(CLIENTS.filter(({ format }) => format === 'json'))(
  '$title may write its file anew in between: what it says is restored',
  (client) => {
    const desk = new Desk(client, VARIANTS['on one line']?.(client) ?? '');
    const before: unknown = JSON.parse(desk.read());
    desk.install();
    desk.write(JSON.stringify(JSON.parse(desk.read()), undefined, 4));
    expect(desk.uninstall().left).toEqual([]);
    expect(JSON.parse(desk.read())).toEqual(before);
  },
);

describe('TOML', () => {
  const TEXT =
    '[mcp_servers.a]\nurl = "https://a.example" # here\n# why\nhttp_headers = { X = "1" } # c\n';

  it('keeps later changes, too', () => {
    const desk = new Desk(clientOf('codex'), TEXT);
    desk.install();
    desk.write(desk.read().replace('env =', 'enabled = false\nenv ='));
    expect(desk.uninstall().left).toEqual([]);
    expect(parseToml(desk.read())).toEqual({
      mcp_servers: { a: { url: 'https://a.example', http_headers: { X: '1' }, enabled: false } },
    });
    expect(desk.read().match(/# why/g)).toHaveLength(1);
  });

  it.each([
    ['a comment before the last member', TEXT],
    [
      'a comment before a table of the server',
      TEXT.replace('http_headers = {', '[mcp_servers.a.http_headers]\n').replace(' }', ''),
    ],
    [
      'a table in the middle',
      '[mcp_servers.a]\nurl = "https://a"\n\n[mcp_servers.a.http_headers]\nA = "b"\n\n[mcp_servers.a.tools.b]\nc = "d"\n',
    ],
    ['headers first', '[mcp_servers.a]\nhttp_headers = { A = "b" }\n# why\nurl = "https://a"'],
  ])('comes back with %s', (_, text) => {
    const desk = new Desk(clientOf('codex'), text);
    expect(desk.install().changed).toEqual(['a']);
    desk.uninstall();
    expect(desk.read()).toBe(text);
  });
});
