import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { locateConfig } from '../../src/config/locate.js';
import { tempFolder } from './temp-folder.js';

const ALL = {
  'flag.toml': '',
  'env.toml': '',
  'a/b/c/.keep': '',
  'a/fuze.toml': '',
  'home/.fuze/fuze.toml': '',
};

describe('locateConfig', () => {
  it('takes the first of --config, FUZE_CONFIG, the folder and its parents, home', () => {
    const root = tempFolder(ALL);
    const home = join(root, 'home');
    const cwd = join(root, 'a/b/c');
    const env = { FUZE_CONFIG: join(root, 'env.toml') };
    const flag = '../../../flag.toml';
    expect(locateConfig({ flag, env, cwd, home })).toEqual({ file: join(root, 'flag.toml') });
    expect(locateConfig({ env, cwd, home })).toEqual({ file: join(root, 'env.toml') });
    expect(locateConfig({ env: {}, cwd, home })).toEqual({ file: join(root, 'a/fuze.toml') });
    expect(locateConfig({ env: {}, cwd: '/', home })).toEqual({
      file: join(home, '.fuze/fuze.toml'),
    });
    expect(locateConfig({ env: {}, cwd: '/', home: root })).toEqual({ file: undefined });
  });

  it('prefers the nearer folder', () => {
    const root = tempFolder({ 'fuze.toml': '', 'a/fuze.toml': '', 'a/b/.keep': '' });
    const cwd = join(root, 'a/b');
    expect(locateConfig({ env: {}, cwd, home: root })).toEqual({ file: join(root, 'a/fuze.toml') });
    expect(locateConfig({ env: {}, cwd: root, home: root })).toEqual({
      file: join(root, 'fuze.toml'),
    });
  });

  it('treats an empty FUZE_CONFIG as not set, and expands ~/', () => {
    const root = tempFolder(ALL);
    const places = { cwd: join(root, 'a'), home: root };
    expect(locateConfig({ env: { FUZE_CONFIG: '' }, ...places })).toEqual({
      file: join(root, 'a/fuze.toml'),
    });
    expect(locateConfig({ env: { FUZE_CONFIG: '~/env.toml' }, ...places })).toEqual({
      file: join(root, 'env.toml'),
    });
  });

  it.each(['missing.toml', '', 'a', 'flag.toml/below'])(
    'refuses %j when it is named, and does not look further',
    (written) => {
      const root = tempFolder(ALL);
      const places = { cwd: root, home: join(root, 'home') };
      const byFlag = locateConfig({ flag: written, env: {}, ...places });
      expect(byFlag).toMatchObject({ problem: { source: 'command line', key: '--config' } });
      expect(JSON.stringify(byFlag)).toContain('a file that exists');
      if (written === '') return;
      const byEnv = locateConfig({ env: { FUZE_CONFIG: written }, ...places });
      expect(byEnv).toMatchObject({ problem: { source: 'environment', key: 'FUZE_CONFIG' } });
    },
  );

  it('passes over a folder named fuze.toml, but not over a dangling link', () => {
    const root = tempFolder({ 'fuze.toml': '' });
    mkdirSync(join(root, 'a/fuze.toml'), { recursive: true });
    mkdirSync(join(root, 'b'));
    symlinkSync('nowhere', join(root, 'b/fuze.toml'));
    const at = (cwd: string) => locateConfig({ env: {}, cwd: join(root, cwd), home: root });
    expect(at('a')).toEqual({ file: join(root, 'fuze.toml') });
    expect(at('b')).toEqual({ file: join(root, 'b/fuze.toml') });
  });
});
