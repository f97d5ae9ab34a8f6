import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const src = join(root, 'src');
const ALL = [
  'files',
  'process',
  'config',
  'jsonrpc',
  'evidence',
  'guard',
  'ledger',
  'transport',
  'presence',
  'proxy',
  'library',
  'report',
  'simulation',
  'overview',
  'probe',
  'starter',
  'completion',
  'checkup',
  'clients',
];

/** The table of docs/architecture.md. */
const MAY_USE: Readonly<Record<string, readonly string[]>> = {
  files: [],
  process: [],
  config: [],
  jsonrpc: [],
  evidence: ['process', 'config', 'files'],
  guard: ['config'],
  ledger: ['guard', 'process', 'config'],
  transport: ['jsonrpc', 'process'],
  presence: ['jsonrpc', 'process'],
  proxy: ['presence', 'transport', 'guard', 'ledger', 'evidence', 'jsonrpc', 'config'],
  simulation: ['guard', 'evidence', 'jsonrpc', 'config', 'process'],
  library: ['guard', 'ledger', 'evidence', 'config', 'process'],
  probe: ['transport', 'jsonrpc'],
  starter: ['probe', 'guard', 'config'],
  checkup: ['clients', 'probe', 'presence', 'ledger', 'evidence', 'report', 'config'],
  completion: [],
  overview: ['presence', 'report', 'config'],
  report: ['evidence', 'config', 'process', 'files'],
  clients: ['config', 'files'],
  'index.ts': ['library', 'guard', 'ledger', 'evidence', 'config'],
  cli: ALL,
};

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);
const roomOf = (path: string): string => path.split('/')[0] ?? '';

function importsOf(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?'(\.[^']+)'/g)].map(([, path = '']) =>
    relative(src, resolve(src, dirname(file), path)),
  );
}

describe('the rooms', () => {
  it('holds every file of src in a room of the table', () => {
    expect(files.map(roomOf).filter((room) => !(room in MAY_USE))).toEqual([]);
  });

  it.each(files)('%s imports from rooms below it only', (file) => {
    const room = roomOf(file);
    const strangers = importsOf(file)
      .filter((path) => !path.startsWith('..'))
      .map(roomOf)
      .filter((used) => used !== room && !(MAY_USE[room] ?? []).includes(used));
    expect(strangers).toEqual([]);
  });

  it.each(files)('%s can be taken in at one sitting', (file) => {
    expect(readFileSync(join(src, file), 'utf8').split('\n').length).toBeLessThanOrEqual(220);
  });

  it('keeps the guard free of files, sockets, processes and timers', () => {
    const used = files
      .filter((file) => roomOf(file) === 'guard')
      .filter((file) =>
        /from 'node:(?!crypto)|setTimeout|setInterval/.test(readFileSync(join(src, file), 'utf8')),
      );
    expect(used).toEqual([]);
  });

  it('tells every room in docs/architecture.md', () => {
    const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
    const untold = Object.keys(MAY_USE).filter((room) => !text.includes(`src/${room}`));
    expect(untold).toEqual([]);
  });
});
