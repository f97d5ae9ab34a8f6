import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeTrace } from '../evidence/trace-samples.js';

const BIN = fileURLToPath(new URL('../../bin/fuze.js', import.meta.url));

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fuze-verify-'));
  path = join(folder, 't.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function verify(...files: string[]) {
  const run = spawnSync(process.execPath, [BIN, 'verify', ...files], { encoding: 'utf8' });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

describe('fuze verify', () => {
  it('valid: exit 0, one line on stdout', () => {
    writeTrace(path, 2);
    const { code, out, err } = verify(path);
    expect(out).toMatch(/^valid: .*t\.jsonl \(4 records, 1 session, head [0-9a-f]{64}\)\n$/);
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  it('still open: exit 0, and it says so', () => {
    writeTrace(path, 2, false);
    rmSync(`${path}.lock`);
    expect(verify(path)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^valid, still open: .*\(3 records, 1 session, head /),
    });
    writeTrace(path, 2);
    expect(verify(path).out).toContain('7 records, 2 sessions, 1 without an end, head');
  });

  it('broken: exit 1, which line and what on stderr, nothing on stdout', () => {
    writeTrace(path, 2);
    writeFileSync(path, readFileSync(path, 'utf8').replace('search', 'search2'));
    const { code, out, err } = verify(path);
    expect(err).toMatch(
      /^broken: .*t\.jsonl\n {2}line 2: altered: its hash does not fit its content.*\n$/,
    );
    expect({ code, out }).toEqual({ code: 1, out: '' });
  });

  it('cut: exit 1', () => {
    writeTrace(path, 2);
    writeFileSync(path, readFileSync(path).subarray(0, -1));
    const { code, err } = verify(path);
    expect(err).toMatch(/^cut: .*t\.jsonl\n {2}line 4: cut: /);
    expect(code).toBe(1);
  });

  it('several files are all judged, and the worst counts', () => {
    const other = join(folder, 'other.jsonl');
    writeTrace(path, 1);
    writeFileSync(other, 'x\n');
    const { code, out, err } = verify(other, path);
    expect(code).toBe(1);
    expect(out).toContain(`valid: ${path}`);
    expect(err).toContain(`broken: ${other}`);
  });

  it('a file that cannot be read, or none at all: exit 2', () => {
    writeTrace(path, 1);
    const { code, out, err } = verify(join(folder, 'nothing'), path, folder);
    expect(code).toBe(2);
    expect(out).toContain(`valid: ${path}`);
    expect(err).toMatch(
      /cannot read .*nothing: there is no such file.*\n.*cannot read .*: it is a folder/,
    );
    expect(verify().code).toBe(2);
    expect(verify('--what', path).code).toBe(2);
  });
});
