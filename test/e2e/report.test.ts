import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fuzeBin, type Workspace } from './support/fuze-process.js';
import { startRawProxy } from './support/raw-proxy.js';

function report(workspace: Workspace, ...args: string[]) {
  const run = spawnSync(process.execPath, [fuzeBin, 'report', ...args], {
    cwd: workspace.dir,
    env: workspace.env(),
    encoding: 'utf8',
  });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

/** A run through the real proxy: an effect that is done once, a budget that ends, and a tool that fails. */
async function tracedRun(config: string): Promise<Workspace> {
  const { fuze } = startRawProxy({ config, flags: ['--trace', 'trace.jsonl'] });
  await fuze.initialize();
  await fuze.call('effect', { order: 1, sum: 2 });
  await fuze.call('effect', { sum: 2, order: 1 });
  await fuze.call('fail', { text: 'no' });
  await fuze.call('echo', { n: 1 });
  await fuze.call('echo', { n: 2 });
  fuze.endInput();
  await fuze.closed;
  return fuze.workspace;
}

const CONFIG = [
  '[proxy]\nmax_cost_per_run = 1',
  '[proxy.tools.effect]\nside_effect = true\nestimated_cost = 0.25',
  '[proxy.tools.echo]\nestimated_cost = 0.6',
].join('\n');

describe('fuze report', () => {
  it('tells what the proxy did, with what it saved and what it kept from happening twice', async () => {
    const workspace = await tracedRun(CONFIG);
    const { code, out, err } = report(workspace, '--json', 'trace.jsonl');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const told = JSON.parse(out);
    expect(told.total).toMatchObject({
      calls: 5,
      forwarded: 3,
      succeeded: 2,
      failed: 1,
      refused: 1,
      replayed: 1,
      spent: 0.85,
      saved: 0.85,
      unpriced: 0,
      sideEffects: { executed: 1, failed: 0, unknown: 0, prevented: 1 },
    });
    expect(told.runs).toEqual([expect.objectContaining({ maxCostPerRun: 1 })]);
    expect(told.checks.map(({ check }: { check: string }) => check).sort()).toEqual([
      'budget',
      'side_effect',
    ]);
    expect(told.trips.list).toEqual([expect.objectContaining({ check: 'budget', tool: 'echo' })]);
  });

  it('tells what shadow mode would have stopped', async () => {
    const workspace = await tracedRun(CONFIG.replace('[proxy]', '[proxy]\nshadow = true'));
    const { out } = report(workspace, '--json', 'trace.jsonl');
    const { total, shadow, trips } = JSON.parse(out);
    // The second effect runs and is paid for, so that the first echo is beyond the budget already.
    expect(total).toMatchObject({ forwarded: 5, refused: 0, replayed: 0, wouldStop: 3 });
    expect(shadow).toMatchObject({
      calls: 5,
      wouldStop: 3,
      first: [{ check: 'side_effect' }, {}, {}],
    });
    expect(trips.list).toEqual([expect.objectContaining({ check: 'budget', shadow: true })]);
  });

  it('prints text, writes a page, and says where', async () => {
    const workspace = await tracedRun(CONFIG);
    expect(report(workspace, 'trace.jsonl')).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringContaining('It kept 1 side effect from happening'),
    });
    expect(report(workspace, '--html', 'trace.jsonl').out).toBe('wrote trace.jsonl.report.html\n');
    expect(readFileSync(workspace.path('trace.jsonl.report.html'), 'utf8')).toContain('<h1>');
    expect(report(workspace, '--html', 'page.html', 'trace.jsonl').out).toBe('wrote page.html\n');
  });

  it('exits 1 on a broken trace, and 2 on a missing one or wrong usage', async () => {
    const workspace = await tracedRun(CONFIG);
    const text = workspace.read('trace.jsonl').toString();
    workspace.write('broken.jsonl', text.replace('"sum":2', '"sum":3'));
    const broken = report(workspace, 'broken.jsonl');
    expect(broken).toMatchObject({ code: 1, out: expect.stringContaining('BROKEN at line 2') });
    expect(report(workspace, 'none.jsonl').code).toBe(2);
    expect(report(workspace).code).toBe(2);
    expect(report(workspace, '--what', 'trace.jsonl').code).toBe(2);
  });

  it('ends quietly when nobody reads on', async () => {
    const workspace = await tracedRun(CONFIG);
    const command = `"${process.execPath}" "${fuzeBin}" report --json trace.jsonl | head -c 1`;
    const run = spawnSync('bash', ['-c', command], {
      cwd: workspace.dir,
      env: workspace.env(),
      encoding: 'utf8',
    });
    expect({ out: run.stdout, err: run.stderr }).toEqual({ out: '{', err: '' });
  });
});
