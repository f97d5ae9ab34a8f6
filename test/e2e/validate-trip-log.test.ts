import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const BIN = fileURLToPath(new URL('../../bin/fuze.js', import.meta.url));
const cases: { name: string; v1: string; expected: string; file: string }[] = JSON.parse(
  readFileSync(new URL('../../fixtures/trip-log-cases.json', import.meta.url), 'utf8'),
);

const folder = mkdtempSync(join(tmpdir(), 'fuze-trip-log-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function validate(args: string[], input = '') {
  const run = spawnSync(process.execPath, [BIN, 'validate-trip-log', ...args], {
    encoding: 'utf8',
    input,
  });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

const good = cases[0]?.file ?? '';

describe('fuze validate-trip-log', () => {
  it('judges all of trip-log-cases.json as expected, in one run', () => {
    const paths = cases.map((c) => file(`${c.name}.json`, c.file));
    for (const [schema, verdict] of [
      ['v2', 'expected'],
      ['v1', 'v1'],
    ] as const) {
      const { code, out, err } = validate(['--schema', schema, ...paths]);
      expect(code).toBe(1);
      cases.forEach((c, index) => {
        const valid = out.split('\n').includes(`valid: ${paths[index]}`);
        const invalid = err.split('\n').includes(`invalid: ${paths[index]}`);
        expect({ name: c.name, valid, invalid }).toEqual({
          name: c.name,
          valid: c[verdict] === 'valid',
          invalid: c[verdict] !== 'valid',
        });
      });
    }
  });

  it('valid: exit 0, v2 is the default', () => {
    const path = file('v2.json', good.replace('"calls"', '"vendor":1,"calls"'));
    expect(validate([path])).toEqual({ code: 0, out: `valid: ${path}\n`, err: '' });
    expect(validate([path, '--schema', 'v1'])).toMatchObject({
      code: 1,
      out: '',
      err: `invalid: ${path}\n  /vendor: is not a member of this schema, found number 1\n`,
    });
  });

  it('every violation has a line of its own', () => {
    const path = file('bad.json', '{"tripId":"x","reason":"y","calls":[]}');
    const { code, err } = validate([path]);
    expect(code).toBe(1);
    expect(err.split('\n').map((line) => line.split(':')[0])).toEqual([
      'invalid',
      '  /createdAt',
      '  /tripId',
      '  /reason',
      '',
    ]);
  });

  it('- reads standard input', () => {
    expect(validate(['-'], good)).toEqual({ code: 0, out: 'valid: -\n', err: '' });
    expect(validate(['-'], '{')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^invalid: -\n {2}\(whole file\): is not JSON/),
    });
  });

  it('an unreadable file is exit 1, wrong usage exit 2', () => {
    const missing = join(folder, 'nothing');
    expect(validate([missing, file('good.json', good)])).toMatchObject({
      code: 1,
      out: expect.stringContaining('valid: '),
      err: expect.stringMatching(/^invalid: .*nothing\n {2}cannot be read: there is no such file/),
    });
    expect(validate([]).code).toBe(2);
    expect(validate(['--schema', 'v3', 'x']).code).toBe(2);
  });
});
