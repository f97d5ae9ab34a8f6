import { describe, expect, it } from 'vitest';
import { runsNamed, runsOf } from '../../src/overview/run-list.js';
import { watchFrame } from '../../src/overview/watch-frame.js';
import { keysIn } from '../../src/overview/watch-keys.js';
import type { FoundProxy } from '../../src/presence/live-proxies.js';
import type { RunReport } from '../../src/presence/protocol.js';
import { createPaint } from '../../src/report/paint.js';
import { displayWidth } from '../../src/report/text-width.js';

const HOSTILE = 'files\u001b[2J\u202e日本語 and a name that goes on and on';

function run(number: number, trip: RunReport['trip'] = null): RunReport {
  return {
    runId: `run_${number.toString(16).padStart(16, '0')}`,
    idle: 61_000,
    admitted: 12_345,
    succeeded: 12_000,
    failed: 300,
    unknown: 45,
    inFlight: 0,
    refused: 77,
    replayed: 1,
    wouldStop: 0,
    stops: { repeat: 70, [HOSTILE]: 8 },
    spent: 1_234.56,
    reserved: 0.5,
    trip,
  };
}

function proxy(runs: readonly RunReport[]): FoundProxy {
  return {
    entry: {
      fuze: 1,
      process: { pid: 42, started: '', nonce: '0'.repeat(16) },
      host: 'here',
      socket: '/nowhere',
      name: HOSTILE,
      version: '1.0.0',
      started: '2026-11-20T12:00:00.000Z',
      config: `/home/me/${HOSTILE}/fuze.toml`,
      stateDir: '/home/me/.fuze',
      listens: null,
    },
    report: { shadow: false, sessions: 1, maxCostPerRun: 10_000, openRuns: runs.length, runs },
    problem: undefined,
  };
}

const trip = {
  tripId: 'fg_0123456789ab',
  check: 'repeat',
  tool: 'ok',
  reason: `${HOSTILE} `.repeat(50),
};
const runs = Array.from({ length: 300 }, (_, number) =>
  run(number, number % 2 === 0 ? trip : null),
);

describe('watchFrame', () => {
  it.each([
    [80, 24],
    [200, 50],
    [40, 10],
    [20, 5],
  ])(
    'fits on %i columns and %i rows, whatever names say, the chosen run among the shown',
    (columns, rows) => {
      for (const chosen of [runs[0], runs[150], runs[299]]) {
        const view = {
          found: { proxies: [proxy(runs)], strangers: [] },
          chosen: chosen?.runId,
          message: HOSTILE,
          clock: '12:00:00',
        };
        const lines = watchFrame(view, { columns, rows }, createPaint(false));
        expect(lines).toHaveLength(rows);
        for (const line of lines) {
          expect(displayWidth(line)).toBeLessThanOrEqual(columns);
          expect(line).not.toMatch(/\p{Cc}|\u202e/u);
        }
        if (rows > 10) expect(lines.filter((line) => line.startsWith('>'))).toHaveLength(1);
      }
    },
  );

  it('says what to do where no proxy lives', () => {
    const view = {
      found: { proxies: [], strangers: [] },
      chosen: undefined,
      message: '',
      clock: '',
    };
    const text = watchFrame(view, { columns: 80, rows: 24 }, createPaint(false)).join(' ');
    expect(text).toContain('No fuze proxy is running');
  });
});

describe('keysIn', () => {
  it('reads several keys at once, arrows in both modes, and passes over what means nothing', () => {
    expect(keysIn('jk\u001b[A\u001bOBr')).toEqual(['down', 'up', 'up', 'down', 'reset']);
    expect(keysIn('x\u001b[1;5C\u001b[15~é\u001b')).toEqual([]);
    expect(keysIn('\u0003')).toEqual(['quit']);
  });
});

describe('runsNamed', () => {
  const all = runsOf([proxy([run(0xabcdef), run(0xabcdee, trip)])]);
  const named = (written: string) =>
    runsNamed(written, all).map((live) => live.run.runId.slice(-6));

  it.each([
    ['run_0000000000abcdef', ['abcdef']],
    ['0000000000abcdee', ['abcdee']],
    ['run_00000000', ['abcdef', 'abcdee']],
    ['fg_0123456789ab', ['abcdee']],
    ['fg_0123', ['abcdee']],
    ['run', []],
    ['', []],
    ['run_ffff', []],
  ])('finds %j', (written, found) => {
    expect(named(written)).toEqual(found);
  });
});
