import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { addReport } from '../../src/cli/report.js';
import { writeShopTrace } from '../report/support/sample-traces.js';
import { temporaryFolder } from '../report/support/temporary-folder.js';
import { runCommand } from './support/run-command.js';

const folder = temporaryFolder();
let path: string;
let number = 0;

const run = (...args: string[]) => runCommand(addReport, ['report', ...args]);

beforeEach(() => {
  number += 1;
  path = join(folder, `${number}.jsonl`);
  writeShopTrace(path);
});

describe('fuze report', () => {
  it('prints text for people, ended by one line feed, without colour where there is no terminal', async () => {
    const { code, stdout, stderr } = await run(path);
    expect(stdout).toMatch(
      /^.*\.jsonl\n {2}valid {2}47 records in 1 session\n\n43 calls of 5 tools\./,
    );
    expect(stdout).toMatch(/[^\n]\n$/);
    expect(stdout).not.toContain('\u001b');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('--json prints one JSON object', async () => {
    const { code, stdout } = await run('--json', path);
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, total: { calls: 43, saved: 0.09 } });
    expect(code).toBe(0);
  });

  it('--html writes a page beside the trace, or where it is told', async () => {
    expect(await run(path, '--html')).toEqual({
      code: 0,
      stdout: `wrote ${path}.report.html\n`,
      stderr: '',
    });
    expect(readFileSync(`${path}.report.html`, 'utf8')).toMatch(/^<!doctype html>/);
    const page = join(folder, `page-${number}.html`);
    expect((await run('--html', page, path)).stdout).toBe(`wrote ${page}\n`);
    expect(existsSync(page)).toBe(true);
  });

  it('--html never writes over a trace, whatever the order of words', async () => {
    const before = readFileSync(path);
    expect((await run('--html', path)).stdout).toBe(`wrote ${path}.report.html\n`);
    expect(readFileSync(path)).toEqual(before);
  });

  it('exits 1 on a broken trace, and reports all the same', async () => {
    writeFileSync(path, `${readFileSync(path, 'utf8')}x\n`);
    const { code, stdout } = await run(path);
    expect(stdout).toContain('BROKEN at line 48');
    expect(stdout).toContain('forwarded         36');
    expect(code).toBe(1);
  });

  it('exits 2 when a file cannot be read, reporting on the others', async () => {
    const { code, stdout, stderr } = await run(join(folder, 'nothing'), path);
    expect(stderr).toMatch(/^fuze: cannot read .*nothing: ENOENT[^\n]*\n$/);
    expect(stdout).toContain('43 calls');
    expect(code).toBe(2);
    const none = await run(join(folder, 'nothing'));
    expect(none).toMatchObject({ code: 2, stdout: '' });
  });

  it('exits 2 on wrong usage', async () => {
    expect(await run()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('found no trace'),
    });
    expect(await run('--html')).toMatchObject({ code: 2 });
    expect(await run(path, '--json', '--html')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'fuze: found both --json and --html, one is allowed\n',
    });
    expect(existsSync(`${path}.report.html`)).toBe(false);
  });
});
