import { describe, expect, it } from 'vitest';
import { serverName } from '../../src/proxy/server-name.js';

const nameOf = (...words: string[]): string => {
  const [command = '', ...args] = words;
  return serverName({ command, args }).replace(/#[0-9a-f]{6}$/, '');
};

describe('serverName', () => {
  it.each([
    [['my-server'], 'my-server'],
    [['/opt/tools/my-server', '--port', '1'], 'my-server'],
    [['npx', '-y', '@modelcontextprotocol/server-memory'], 'server-memory'],
    [['npx.cmd', '-y', 'some-server@1.2'], 'some-server@1.2'],
    [['node', '--inspect', 'dist/index.js', '/home'], 'index.js'],
    [['uv', 'run', 'server.py'], 'server.py'],
    [['docker', 'run', '--rm', '-i', 'mcp/github'], 'github'],
    [['node'], 'node'],
  ])('of %j is %s', (words, name) => {
    expect(nameOf(...words)).toBe(name);
  });

  it.each([
    ['env', 'API_KEY=hunter2', 'node', 'server.js'],
    ['docker', 'run', '-e', 'API_KEY=hunter2', 'mcp/github'],
    ['sh', '-c', 'API_KEY=hunter2 exec node server.js'],
    ['sh', '-c', 'server --path a/hunter2'],
    ['npx', '--registry=https://me:hunter2@host/npm', 'server'],
    ['bash', 'https://host/?token=hunter2'],
  ])('never shows a value that may be secret: %s %s %s', (...words) => {
    expect(nameOf(...words)).not.toContain('hunter2');
  });

  it('tells servers apart that differ in an argument', () => {
    expect(serverName({ command: 'node', args: ['a.js', '1'] })).not.toBe(
      serverName({ command: 'node', args: ['a.js', '2'] }),
    );
    expect(serverName({ command: 'node', args: ['a.js', '1'] })).toBe(
      serverName({ command: 'node', args: ['a.js', '1'] }),
    );
    expect(serverName({ command: 'node', args: ['a', 'b'] })).not.toBe(
      serverName({ command: 'node', args: ['a b'] }),
    );
  });
});
