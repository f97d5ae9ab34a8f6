import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Collector } from '../../src/report/collector.js';
import { readTraces } from '../../src/report/read-traces.js';
import { callEntry } from './support/call-entry.js';
import {
  SampleTrace,
  writeHostileTrace,
  writeLargeTrace,
  writeShadowTrace,
  writeShopTrace,
} from './support/sample-traces.js';
import { temporaryFolder } from './support/temporary-folder.js';

const folder = temporaryFolder();
let files = 0;
function written(write: (path: string) => void): string {
  files += 1;
  const path = join(folder, `${files}.jsonl`);
  write(path);
  return path;
}
const report = async (...paths: string[]) => (await readTraces(paths)).report;

describe('readTraces', () => {
  it('adds up a run', async () => {
    const path = written(writeShopTrace);
    const found = await report(path);
    const total = {
      calls: 43,
      forwarded: 36,
      succeeded: 33,
      failed: 2,
      timedOut: 1,
      interrupted: 0,
      refused: 6,
      replayed: 1,
      withdrawn: 0,
      warned: 1,
      wouldStop: 0,
      trips: 2,
      spent: 0.405,
      saved: 0.09,
      wouldSave: 0,
      unpriced: 0,
      sideEffects: { executed: 1, failed: 2, unknown: 1, prevented: 1 },
    };
    expect(found).toMatchObject({ version: 1, servers: ['shop'], total, shadow: undefined });
    expect(found.traces).toEqual([
      expect.objectContaining({
        file: path,
        verdict: 'closed',
        records: 47,
        sessions: 1,
        findingsCount: 0,
      }),
    ]);
    expect(found.runs).toEqual([
      expect.objectContaining({ ...total, runId: 'run-1', server: 'shop', maxCostPerRun: 0.42 }),
    ]);
    expect(found.unreadable).toEqual({ count: 0, first: [] });
  });

  it('adds up by tool, the most called first, with durations of forwarded calls only', async () => {
    const { tools, total } = await report(written(writeShopTrace));
    expect(tools.map(({ tool, calls }) => [tool, calls])).toEqual([
      ['search_orders', 17],
      ['get_order', 11],
      ['write_summary', 10],
      ['send_email', 3],
      ['refund_order', 2],
    ]);
    expect(tools.reduce((sum, { calls }) => sum + calls, 0)).toBe(total.calls);
    expect(tools[4]?.duration_ms).toEqual({ p50: 840, p90: 840, p99: 840, max: 840 });
  });

  it('counts what was stopped by check and tool, and the calls of every trip', async () => {
    const { checks, trips } = await report(written(writeShopTrace));
    const none = { refused: 0, replayed: 0, wouldStop: 0 };
    expect(checks).toEqual([
      { ...none, check: 'repeat', refused: 5, tools: [{ tool: 'search_orders', calls: 5 }] },
      { ...none, check: 'side_effect', replayed: 1, tools: [{ tool: 'refund_order', calls: 1 }] },
      { ...none, check: 'budget', refused: 1, tools: [{ tool: 'write_summary', calls: 1 }] },
    ]);
    expect(
      trips.list.map(({ check, tool, calls, shadow }) => ({ check, tool, calls, shadow })),
    ).toEqual([
      { check: 'repeat', tool: 'search_orders', calls: 5, shadow: false },
      { check: 'budget', tool: 'write_summary', calls: 1, shadow: false },
    ]);
  });

  it('tells what shadow mode would have stopped', async () => {
    const { shadow, total, trips, checks } = await report(written(writeShadowTrace));
    expect(shadow).toMatchObject({ calls: 6, wouldStop: 2, wouldSave: 0.02 });
    expect(shadow?.first[0]).toMatchObject({ tool: 'search_orders', check: 'repeat' });
    expect(total).toMatchObject({ forwarded: 6, refused: 0, saved: 0 });
    expect(trips.list).toEqual([expect.objectContaining({ shadow: true, calls: 2 })]);
    expect(checks).toEqual([
      expect.objectContaining({ check: 'repeat', wouldStop: 2, refused: 0 }),
    ]);
  });

  it('reports on a broken trace all the same, names its lines, and says so', async () => {
    const path = written(writeShopTrace);
    const lines = readFileSync(path, 'utf8').split('\n');
    lines[4] = lines[4]?.replace('shipped', 'stolen') ?? '';
    lines[9] = '{"half';
    writeFileSync(path, lines.join('\n'));
    const { traces, total, unreadable } = await report(path);
    expect(traces[0]).toMatchObject({ verdict: 'broken', records: 45, findingsCount: 2 });
    expect(traces[0]?.findings.map(({ line }) => line)).toEqual([5, 10]);
    expect(total.calls).toBe(41);
    expect(unreadable).toEqual({
      count: 2,
      first: [
        { file: path, line: 5, reason: expect.stringContaining('its hash does not fit') },
        { file: path, line: 10, reason: 'not JSON' },
      ],
    });
  });

  it('tells a trace still open and one cut off', async () => {
    const open = written((path) => {
      const trace = new SampleTrace(path);
      trace.call();
      trace.writer.flush();
    });
    const cut = written(writeShopTrace);
    writeFileSync(cut, readFileSync(cut).subarray(0, -10));
    const { traces, unreadable } = await report(open, cut);
    expect(traces.map(({ verdict }) => verdict)).toEqual(['open', 'cut']);
    expect(unreadable).toMatchObject({ count: 1, first: [{ file: cut, line: 47 }] });
  });

  it('names records of a valid chain that it does not know, and counts the others', async () => {
    const path = written((file) => {
      const trace = new SampleTrace(file);
      trace.call();
      trace.call({ timestamp: 'soon' });
      trace.call({ cost: -1 });
      trace.end();
    });
    const { traces, total, unreadable } = await report(path);
    expect(traces[0]?.verdict).toBe('closed');
    expect(total.calls).toBe(1);
    expect(unreadable.first.map(({ line, reason }) => [line, reason])).toEqual([
      [3, 'no "timestamp" that is a time'],
      [4, 'no "cost" that is an amount of US dollars'],
    ]);
  });

  it('goes on when a file cannot be read', async () => {
    const { traces, total } = await report(
      join(folder, 'nothing'),
      folder,
      written(writeShopTrace),
    );
    expect(traces.map(({ verdict }) => verdict)).toEqual(['unreadable', 'unreadable', 'closed']);
    expect(traces[0]?.problem).toContain('ENOENT');
    expect(total.calls).toBe(43);
  });

  it('keeps tools of the same name apart when their servers differ', async () => {
    const other = written((path) => {
      const trace = new SampleTrace(path, { server: 'archive' });
      trace.call({ runId: 'run-2' });
      trace.end();
    });
    const { tools, servers, runs } = await report(written(writeShadowTrace), other);
    expect(servers).toEqual(['shop', 'archive']);
    expect(tools.map(({ server, tool, calls }) => [server, tool, calls])).toEqual([
      ['shop', 'search_orders', 6],
      ['archive', 'search_orders', 1],
    ]);
    expect(runs.map(({ runId, server }) => [runId, server])).toEqual([
      ['run-2', 'archive'],
      ['run-shadow', 'shop'],
    ]);
  });

  it('puts trips and runs of several traces in the order of time', async () => {
    const later = written(writeShopTrace);
    const { trips, runs } = await report(later, written(writeShadowTrace));
    const order = [...trips.list.map(({ at }) => at)].sort();
    expect(trips.list.map(({ at }) => at)).toEqual(order);
    expect(trips.list[0]?.shadow).toBe(true);
    expect(runs.map(({ runId }) => runId)).toEqual(['run-shadow', 'run-1']);
  });

  it('does not know what calls without an estimate would have cost', async () => {
    const path = written((file) => {
      const trace = new SampleTrace(file);
      trace.refused('repeat', 'again', { estimate: undefined });
      trace.end();
    });
    expect((await report(path)).total).toMatchObject({ saved: 0, unpriced: 1, refused: 1 });
  });

  it('takes hostile names as names', async () => {
    const { total, tools, runs } = await report(written(writeHostileTrace));
    expect(total).toMatchObject({ calls: 20, refused: 10 });
    expect(tools).toHaveLength(10);
    expect(runs.map(({ runId }) => runId)).toContain('__proto__');
  });

  it('adds up to the same over many sessions as their runs do', async () => {
    const { total, runs } = await report(written((path) => writeLargeTrace(path, 2_000)));
    expect(runs).toHaveLength(8);
    for (const name of ['calls', 'forwarded', 'refused', 'trips', 'timedOut'] as const) {
      expect(runs.reduce((sum, run) => sum + run[name], 0)).toBe(total[name]);
    }
    expect(total.calls).toBe(2_000);
  });
});

describe('Collector', () => {
  it('holds a bounded number of runs, tools, trips and checks, and counts the others', () => {
    const collector = new Collector();
    for (let n = 0; n < 3_000; n += 1) {
      const names = {
        runId: `run-${n}`,
        tool: `tool-${n}`,
        check: `check-${n}`,
        tripId: `fg_${n}`,
      };
      collector.add({ kind: 'trip', at: n, reason: 'x', ...names });
      collector.add(callEntry({ ...names, at: n, fate: 'refused' }));
    }
    const { runs, otherRuns, tools, otherTools, trips, checks, total } = collector.figures();
    expect([runs.length, otherRuns?.calls, otherRuns?.trips]).toEqual([1_000, 2_000, 2_000]);
    expect([tools.length, otherTools?.calls]).toEqual([200, 2_800]);
    expect([trips.count, trips.list.length]).toEqual([3_000, 200]);
    expect(checks).toHaveLength(100);
    expect(total).toMatchObject({ calls: 3_000, trips: 3_000 });
    expect(collector.timeline.buckets.size).toBeLessThanOrEqual(1_024);
  });

  it('asks the call, not its session, whether a trip was in shadow mode', () => {
    const collector = new Collector();
    collector.add({ kind: 'start', server: 's', shadow: true, maxCostPerRun: undefined });
    const trip = { at: 1, tripId: 'fg_1', check: 'repeat', reason: 'r', tool: 't', runId: 'r' };
    collector.add({ kind: 'trip', ...trip });
    expect(collector.figures().trips.list[0]?.shadow).toBe(true);
    collector.add(callEntry({ fate: 'refused', tripId: 'fg_1' }));
    expect(collector.figures().trips.list[0]?.shadow).toBe(false);
  });
});
