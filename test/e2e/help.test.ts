import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runFuze } from './support/fuze-process.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const PAGES = [
  'README.md',
  'docs/configuration.md',
  'docs/ledger.md',
  'docs/simulate.md',
  'docs/report.md',
  'docs/clients.md',
  'docs/troubleshooting.md',
]
  .map(read)
  .join('\n');

async function help(...command: string[]): Promise<string> {
  const { code, stdout } = await runFuze([...command, '--help']);
  expect(code).toBe(0);
  return stdout;
}

function commandsIn(text: string): string[] {
  const [list = ''] = text.slice(text.indexOf('Commands:')).split('\n\n');
  return [...list.matchAll(/^ {2}([a-z-]+)/gm)]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'help');
}

const optionsIn = (text: string): string[] => [
  ...new Set([...text.matchAll(/(?<=\s)--[a-z-]+/g)].map(([option]) => option)),
];

describe('fuze --help', () => {
  it('names commands that the pages explain, each with a help of its own', async () => {
    const commands = commandsIn(await help());
    expect(commands).toContain('proxy');
    for (const command of commands) {
      expect(PAGES, command).toContain(`fuze ${command}`);
      expect(await help(command)).toContain(`fuze ${command}`);
    }
  });

  it('and docs/configuration.md tell the same options of fuze proxy', async () => {
    const shown = optionsIn(await help('proxy')).filter((option) => option !== '--help');
    const section =
      read('docs/configuration.md').split('## Command line')[1]?.split('## ')[0] ?? '';
    const told = [...section.matchAll(/^\| `(--[a-z-]+)/gm)].map(([, option]) => option);
    expect(told.sort()).toEqual(shown.sort());
  });

  it.each(['install', 'uninstall'])(
    'and docs/clients.md tell the same options of fuze %s',
    async (command) => {
      const shown = optionsIn(await help(command)).filter((option) => option !== '--help');
      const told = [...read('docs/clients.md').matchAll(/^\| `(--[a-z-]+)/gm)].map(
        ([, option]) => option,
      );
      expect(told.sort()).toEqual(shown.sort());
    },
  );

  it('has an example on every level', async () => {
    const outer = commandsIn(await help());
    const inner = commandsIn(await help('ledger')).map((name) => ['ledger', name]);
    for (const path of [[], ...outer.map((name) => [name]), ...inner]) {
      expect(await help(...path), path.join(' ')).toMatch(/\nExamples?:\n {2}(?:source <\()?fuze /);
    }
  });

  it('is named by what fuze alone shows: a page that names commands that are there', async () => {
    const { code, stdout } = await runFuze([]);
    expect(code).toBe(0);
    expect(stdout).toContain('fuze --help');
    expect(stdout.split('\n').length).toBeLessThan(15);
    const commands = commandsIn(await help());
    const named = [...stdout.matchAll(/fuze ([a-z]+) {2,}/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => name !== undefined && !commands.includes(name))).toEqual([]);
  });

  it.each([
    [['prxy'], 'proxy'],
    [['proxy', '--max-cots', '1', '--', 'x'], '--max-cost'],
    [['stauts'], 'status'],
    [['reset', '--al'], '--all'],
    [['ledger', 'lsit'], 'list'],
    [['completion', 'csh'], 'bash, zsh, fish'],
  ])('%j is a usage error that names the nearest', async (args, nearest) => {
    const { code, stdout, stderr } = await runFuze(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(nearest);
  });
});
