import { describe, expect, it } from 'vitest';
import { CLIENTS, type System } from '../../src/clients/client-table.js';
import { candidatePaths } from '../../src/clients/locate-files.js';
import { SERVERS, VARIANTS } from './support/client-files.js';
import { Desk, LINUX, WINDOWS } from './support/desk.js';

const SYSTEMS: readonly System[] = ['darwin', 'linux', 'win32', 'wsl'];

const everywhere = CLIENTS.flatMap((client) =>
  SYSTEMS.flatMap((system) =>
    candidatePaths(client, { system, home: '/home/me', cwd: '/work', env: {} }).map(
      ({ level, path }) => ({
        title: `${client.title} on ${system}, ${level}: ${path}`,
        client,
        path: path.replaceAll('\\', '/').replace('*', 'x'),
        text: VARIANTS['as it is']?.(client) ?? '',
        installation: system === 'win32' ? WINDOWS : LINUX,
      }),
    ),
  ),
);

const byEveryEditor = CLIENTS.flatMap((client) =>
  Object.entries(VARIANTS).map(([variant, text]) => ({
    title: `${client.title} ${variant}`,
    client,
    path: 'config',
    text: text(client),
    installation: WINDOWS,
  })),
);

describe('install, then uninstall', () => {
  it.each([...everywhere, ...byEveryEditor])('$title', ({ client, path, text, installation }) => {
    const desk = new Desk(client, text, path, installation);
    const plan = desk.install();
    expect([...plan.changed].sort()).toEqual([...(SERVERS[client.id] ?? [])].sort());
    expect(plan.left).toEqual([]);
    const wrapped = desk.read();
    const again = desk.install();
    expect(again.changed).toEqual([]);
    expect([...again.settled].sort()).toEqual([...plan.changed].sort());
    expect(desk.read()).toBe(wrapped);
    expect([...desk.uninstall().changed].sort()).toEqual([...plan.changed].sort());
    expect(desk.read()).toBe(text);
    expect(desk.uninstall().changed).toEqual([]);
  });

  it.each(CLIENTS)('of $title leaves a server alone that was added in between', (client) => {
    const text = VARIANTS['as it is']?.(client) ?? '';
    const add = (to: string): string =>
      client.format === 'toml'
        ? to.replace('[tui]', '[mcp_servers.added]\ncommand = "x"\n\n[tui]')
        : to.replace(/("(?:mcpServers|servers)": \{)/, '$1 "added": { "command": "x" }, ');
    const desk = new Desk(client, text);
    desk.install();
    desk.write(add(desk.read()));
    expect(desk.uninstall().settled).toEqual(['added']);
    expect(desk.read()).toBe(add(text));
  });

  it.each(CLIENTS)('of $title changes one server after the other, too', (client) => {
    const text = VARIANTS['as it is']?.(client) ?? '';
    const desk = new Desk(client, text);
    const names = [
      ...new Set((SERVERS[client.id] ?? []).map((name) => name.replace(/ \(in.*/, ''))),
    ];
    for (const name of names) expect(desk.install(name).changed.length).toBeGreaterThan(0);
    for (const name of names) expect(desk.uninstall(name).changed.length).toBeGreaterThan(0);
    expect(desk.read()).toBe(text);
  });

  it.each(CLIENTS)('of $title comes out even when what was kept is gone', (client) => {
    const text = VARIANTS['as it is']?.(client) ?? '';
    const desk = new Desk(client, text);
    const before = desk.values();
    desk.install();
    desk.store.write(desk.file.path, client.id, []);
    expect(desk.uninstall().left).toEqual([]);
    // Two things look alike when they are wrapped.
    const alike: Record<string, object> = {
      'claude-desktop': { 'mcpServers/empty': { command: 'uvx' } },
      cursor: {
        'mcpServers/db': {
          command: 'npx',
          args: ['-y', 'db-server'],
          env: { URL: `\${env:DB_URL}` },
          envFile: `\${workspaceFolder}/.env`,
        },
      },
    };
    expect(desk.values()).toEqual({ ...before, ...alike[client.id] });
  });
});
