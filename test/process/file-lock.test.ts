import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireLock } from '../../src/process/file-lock.js';
import { thisProcess } from '../../src/process/identity.js';

let folder: string;
let path: string;
const started: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fuze-lock-'));
  path = join(folder, 'file.lock');
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** A process that lives until it is killed, and what it would write into its lock. */
async function otherProcess(): Promise<{ child: ChildProcess; holder: string }> {
  const child = spawn(process.execPath, ['-e', 'console.log(); setInterval(() => {}, 1e6)']);
  started.push(child);
  await once(child.stdout, 'data');
  return { child, holder: JSON.stringify({ pid: child.pid, started: '', nonce: 'other' }) };
}

/** The identity of a process that has ended. */
const dead = (nonce = 'dead'): string => JSON.stringify({ ...thisProcess(), nonce });

describe('acquireLock', () => {
  it('holds the lock until it is released, and leaves nothing behind', () => {
    const lock = acquireLock(path);
    expect(lock).toBeDefined();
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(thisProcess());
    expect(acquireLock(path)).toBeUndefined();
    lock?.release();
    expect(readdirSync(folder)).toEqual([]);
    expect(acquireLock(path)).toBeDefined();
    expect(readdirSync(folder)).toEqual(['file.lock']);
  });

  it('is refused while another process that lives holds it', async () => {
    const { child, holder } = await otherProcess();
    writeFileSync(path, holder);
    expect(acquireLock(path)).toBeUndefined();
    expect(readFileSync(path, 'utf8')).toBe(holder);
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    expect(acquireLock(path)).toBeDefined();
  });

  it('takes over from a process that has died', () => {
    writeFileSync(path, dead());
    expect(acquireLock(path)).toBeDefined();
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(thisProcess());
    expect(readdirSync(folder)).toEqual(['file.lock']);
  });

  it.each(['', 'notes of a user', '{}', '{"pid":"1"}', 'null'])(
    'leaves alone what fuze did not write: %j',
    (text) => {
      writeFileSync(path, text);
      expect(acquireLock(path)).toBeUndefined();
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );

  it('does not remove the lock of another process that came after it', () => {
    const lock = acquireLock(path);
    rmSync(path);
    const theirs = JSON.stringify({ pid: 1, started: '', nonce: 'theirs' });
    writeFileSync(path, theirs);
    lock?.release();
    expect(readFileSync(path, 'utf8')).toBe(theirs);
  });

  it('can be released twice', () => {
    const lock = acquireLock(path);
    lock?.release();
    lock?.release();
    expect(existsSync(path)).toBe(false);
  });

  it('throws where no file can be', () => {
    expect(() => acquireLock(join(folder, 'missing', 'file.lock'))).toThrow(/ENOENT/);
  });
});
