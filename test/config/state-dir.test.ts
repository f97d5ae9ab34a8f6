import { describe, expect, it } from 'vitest';
import { stateDir } from '../../src/config/state-dir.js';

const places = { cwd: '/work', home: '/home/me' };

describe('stateDir', () => {
  it.each([
    ['beside the file in force', { file: '/work/project/fuze.toml' }, '/work/project/.fuze'],
    ['beside a file of another name', { file: '/etc/guards.toml' }, '/etc/.fuze'],
    ['the .fuze folder the file lies in', { file: '/home/me/.fuze/fuze.toml' }, '/home/me/.fuze'],
    ['in the home folder without a file', { file: undefined }, '/home/me/.fuze'],
    ['where the flag says', { flag: 'state', file: '/work/fuze.toml' }, '/work/state'],
    ['where an absolute flag says', { flag: '/var/fuze', file: undefined }, '/var/fuze'],
    ['with ~/ expanded', { flag: '~/state', file: undefined }, '/home/me/state'],
  ])('is %s', (_name, input, expected) => {
    expect(stateDir({ ...input, ...places })).toBe(expected);
  });
});
