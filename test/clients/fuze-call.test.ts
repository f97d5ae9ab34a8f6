import { describe, expect, it } from 'vitest';
import { fuzeCall, type Installation, nodesOnPath } from '../../src/clients/fuze-call.js';
import { LINUX, WINDOWS } from './support/desk.js';

const NPX_CACHE = '/home/me/.npm/_npx/1a2b/node_modules/fuze/bin/fuze.js';
const words = (installation: Installation, joins = false): readonly string[] | string => {
  const call = fuzeCall(installation, joins);
  return 'words' in call ? call.words : call.problem;
};

describe('a client starts fuze', () => {
  it('by absolute paths, since it has another PATH and another working directory', () => {
    expect(words(LINUX)).toEqual(['/usr/bin/node', '/usr/lib/node_modules/fuze/bin/fuze.js']);
    expect(words(WINDOWS)).toEqual([WINDOWS.node, WINDOWS.script]);
  });

  it.each([
    NPX_CACHE,
    'C:\\Users\\me\\AppData\\Local\\npm-cache\\_npx\\1a\\node_modules\\fuze\\bin\\fuze.js',
    '/home/me/.cache/pnpm/dlx/abc/node_modules/fuze/bin/fuze.js',
    '/tmp/bunx-1000-fuze@latest/node_modules/fuze/bin/fuze.js',
    '/tmp/xfs-1a/dlx-77/node_modules/fuze/bin/fuze.js',
  ])('by npx and the version that runs now, when its own copy may vanish: %s', (script) => {
    const call = fuzeCall({ ...LINUX, script }, false);
    expect(call).toMatchObject({ words: [LINUX.node, LINUX.npx, '-y', 'fuze@1.2.3'] });
    expect(call).toHaveProperty('note');
    expect(words({ ...LINUX, script, npx: undefined })).toEqual(['npx', '-y', 'fuze@1.2.3']);
  });
});

describe('where words are joined on blanks', () => {
  it('Node is called by its name when its path has one', () => {
    expect(words(WINDOWS, true)).toEqual(['node', WINDOWS.script]);
  });

  it('npx is, too', () => {
    expect(words({ ...WINDOWS, script: NPX_CACHE }, true)).toEqual(['npx', '-y', 'fuze@1.2.3']);
  });

  it('a fuze in a folder with a blank cannot be called, and the folder is told', () => {
    const script = 'C:\\Users\\Ada King\\fuze\\bin\\fuze.js';
    expect(words({ ...WINDOWS, script }, true)).toBe(
      `${script} would come apart, since the client may hand a command to a shell as one line; install fuze in a folder without blanks`,
    );
    expect(words({ ...WINDOWS, isNodeOnPath: false }, true)).toContain(WINDOWS.node);
    expect(words({ ...WINDOWS, script })).toEqual([WINDOWS.node, script]);
  });
});

describe('the name of Node that is written', () => {
  const links = (table: Record<string, string>) => (path: string) => table[path];

  it('is the link that outlives an update', () => {
    const cellar = '/opt/homebrew/Cellar/node/22.1.0/bin/node';
    const real = links({
      [cellar]: cellar,
      '/opt/homebrew/bin/node': cellar,
      '/usr/bin/node': '/usr/bin/node',
    });
    expect(nodesOnPath('/usr/bin:/opt/homebrew/bin', cellar, 'darwin', real)).toEqual([
      '/opt/homebrew/bin/node',
    ]);
  });

  it.each([
    '/run/user/1000/fnm_multishells/1_2/bin',
    '/home/me/.npm/_npx/1/node_modules/.bin',
    'bin',
    '',
  ])('is none that lies in a folder which passes: %j', (folder) => {
    const real = (): string => '/real/node';
    expect(nodesOnPath(folder, '/real/node', 'linux', real)).toEqual([]);
  });

  it('is found on Windows by its own rules', () => {
    const node = 'C:\\Program Files\\nodejs\\node.exe';
    const path = 'C:\\Windows;C:\\Program Files\\nodejs\\;D:\\x';
    expect(nodesOnPath(path, node, 'win32', links({ [node]: node }))).toEqual([node]);
  });
});
