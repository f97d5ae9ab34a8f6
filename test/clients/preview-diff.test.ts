import { describe, expect, it } from 'vitest';
import { previewDiff } from '../../src/clients/preview-diff.js';
import { clientOf } from './support/client-files.js';
import { Desk } from './support/desk.js';

function diffOf(text: string): string[] {
  const desk = new Desk(clientOf('cursor'), text);
  return previewDiff(desk.planInstall()).split('\n');
}

describe('the preview', () => {
  it('is a unified diff with three lines around each change', () => {
    const text = `${'\n'.repeat(3)}{ "x": [
1,
2,
3,
4,
5], "mcpServers": {
  "a": { "command": "x" },
  "b": { "command": "fuze", "args": ["proxy", "--", "y"] },
  "c": 1,

  "d": 1,
  "e": 1,
  "f": 1,
  "g": 1,
  "h": { "command": "z", "args": [] }
} }
`;
    const fuze = '/usr/lib/node_modules/fuze/bin/fuze.js';
    expect(diffOf(text).slice(2)).toEqual([
      '@@ -7,7 +7,7 @@',
      ' 3,',
      ' 4,',
      ' 5], "mcpServers": {',
      '-  "a": { "command": "x" },',
      `+  "a": { "command": "/usr/bin/node", "args": ["${fuze}", "proxy", "--name", "a", "--", "x"] },`,
      '   "b": { "command": "fuze", "args": ["proxy", "--", "y"] },',
      '   "c": 1,',
      ' ',
      '@@ -15,5 +15,5 @@',
      '   "e": 1,',
      '   "f": 1,',
      '   "g": 1,',
      '-  "h": { "command": "z", "args": [] }',
      `+  "h": { "command": "/usr/bin/node", "args": ["${fuze}", "proxy", "--name", "h", "--", "z"] }`,
      ' } }',
      '',
    ]);
  });

  it('is one of whole lines when several servers share a line, and of CRLF without its CR', () => {
    const text = '{ "mcpServers": { "a": { "command": "x" }, "b": { "command": "y" } } }\r\n\r\n';
    const lines = diffOf(text);
    expect(lines[3]).toBe(
      '-{ "mcpServers": { "a": { "command": "x" }, "b": { "command": "y" } } }',
    );
    expect(lines[4]).toMatch(/^\+\{ "mcpServers": \{ "a": .*"x"\] \}, "b": .*"y"\] \} \} \}$/);
    expect(lines.slice(5)).toEqual([' ', '']);
  });

  it('shows no values of env and headers, but what they refer to', () => {
    const diff = diffOf(`{ "mcpServers": {
      "a": { "url": "https://a", "headers": { "A": "Bearer s3cret", "B": "Bearer \${env:B}" } },
      "b": { "command": "b", "env": { "C": "s3\\u0063ret \\"2\\"" } } } }`).join('\n');
    expect(diff).not.toContain('s3cret');
    expect(diff).toContain('"A": "…"');
    expect(diff).toContain(`"B": "Bearer \${env:B}"`);
  });

  it('steers no terminal', () => {
    const diff = diffOf('{ // \u001B[2J\n\t"mcpServers": { "a": { "command": "x" } } }').join('\n');
    expect(diff).toContain(' { // \\u{1b}[2J\n-\t"mcpServers"');
  });
});
