import { describe, expect, it } from 'vitest';
import {
  type FuzeProcess,
  fixture,
  runFuze,
  startProxy,
  Workspace,
} from '../support/fuze-process.js';
import { announced, liveProxies } from '../support/live-status.js';

const KILL = '[proxy]\non_loop = "kill"\ntrace = "trace.jsonl"\n';

function start(workspace: Workspace, name = 'files') {
  return startProxy(fixture('raw-server'), { workspace, flags: ['--name', name] });
}

/** Makes the same call until fuze ends the run; tells the trip. */
async function loop(fuze: FuzeProcess): Promise<unknown> {
  for (;;) {
    const { decision } = await fuze.call('ok', { same: 1 });
    if (decision?.action === 'kill') return decision.tripId;
  }
}

describe('fuze reset', () => {
  it('lets the only ended run go on, the same call of the same client first', async () => {
    const workspace = new Workspace(KILL);
    const fuze = start(workspace);
    await loop(fuze);
    expect((await fuze.call('text')).decision).toMatchObject({ check: 'killed' });
    await announced(workspace, 1);
    const before = await runFuze(['status'], { workspace });
    const runId = /To let it go on: fuze reset (run_\w+)/.exec(before.stdout)?.[1] ?? '';
    const { code, stdout } = await runFuze(['reset'], { workspace });
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^${runId} of files goes on\\. repeat had ended it`));
    expect((await fuze.call('ok', { same: 1 })).decision).toBeUndefined();
    expect((await fuze.call('text')).isToolError).toBe(false);
    const [proxy] = await liveProxies(workspace);
    expect(proxy?.report?.runs).toMatchObject([{ runId, trip: null }]);
  });

  it('stands in the trace, which verifies, and in what report and simulate make of it', async () => {
    const workspace = new Workspace(KILL);
    const fuze = start(workspace);
    const tripId = await loop(fuze);
    await announced(workspace, 1);
    await runFuze(['reset'], { workspace });
    await fuze.call('ok', { same: 1 });
    fuze.endInput();
    await fuze.exit;
    const kinds = workspace.jsonLines('trace.jsonl').map(({ payload }) => payload);
    expect(kinds).toContainEqual(expect.objectContaining({ kind: 'reset', tripId }));
    const run = (...args: string[]) => runFuze([...args, 'trace.jsonl'], { workspace });
    expect((await run('verify')).stdout).toMatch(/^valid: /);
    expect((await run('report')).stdout).toContain('the run went on, by fuze reset');
    const simulated = (await run('simulate', '--json')).stdout.trim().split('\n');
    const actions = simulated.map((line): unknown => JSON.parse(line).action);
    expect(actions.at(-2)).toBe('kill');
    expect(actions.at(-1)).toBe('allow');
  });

  it('asks which one when several are ended, and takes an id, a trip or all', async () => {
    const workspace = new Workspace(KILL);
    const names = ['one', 'two', 'three', 'four'];
    const started = names.map((name) => start(workspace, name));
    const trips = await Promise.all(started.map(loop));
    await announced(workspace, 4);
    const several = await runFuze(['reset'], { workspace });
    expect(several.code).toBe(2);
    expect(several.stderr.match(/fuze reset run_\w+ {4}\w+, ended by repeat/g)).toHaveLength(4);
    const ended = async () =>
      (await liveProxies(workspace)).flatMap(({ server, report }) =>
        report?.runs[0]?.trip === null ? [] : [server],
      );
    const runs = (await liveProxies(workspace)).map(({ server, report }) => [
      server,
      report?.runs[0]?.runId,
    ]);
    const runOf = (name: string) => String(new Map(runs.map(([a, b]) => [a, b])).get(name));
    expect((await runFuze(['reset', runOf('one')], { workspace })).code).toBe(0);
    expect((await runFuze(['reset', String(trips[1])], { workspace })).code).toBe(0);
    expect((await ended()).sort()).toEqual(['four', 'three']);
    expect((await runFuze(['reset', '--all'], { workspace })).code).toBe(0);
    expect(await ended()).toEqual([]);
  });

  it('has nothing to do where no run is ended, and says what is wrong with a run that it does not know', async () => {
    const workspace = new Workspace(KILL);
    const fuze = start(workspace);
    await fuze.call('ok');
    await announced(workspace, 1);
    const none = await runFuze(['reset'], { workspace });
    expect([none.code, none.stdout]).toEqual([0, expect.stringContaining('No run is ended')]);
    const unknown = await runFuze(['reset', 'run_feedfeedfeedfeed'], { workspace });
    expect([unknown.code, unknown.stderr]).toEqual([
      1,
      expect.stringContaining('no run of a live'),
    ]);
    const [proxy] = await liveProxies(workspace);
    const open = await runFuze(['reset', String(proxy?.report?.runs[0]?.runId)], { workspace });
    expect([open.code, open.stderr]).toEqual([1, expect.stringContaining('goes on already')]);
    const both = await runFuze(['reset', 'run_feedfeed', '--all'], { workspace });
    expect(both.code).toBe(2);
  });
});
