import { describe, expect, it } from 'vitest';
import { judgeJson, judgeText, reportText } from '../../src/simulation/report-text.js';
import { decide } from './support/samples.js';

const call = (run: string | number, n: number, more: object = {}) => ({
  run,
  tool: 'look',
  args: { n },
  result: `r${n}`,
  ...more,
});
/** So many identical calls. */
const loop = (run: string | number, length: number) => Array.from({ length }, () => call(run, 0));
const rowsOf = (text: string) => text.split('\n').map((line) => line.trim().split(/ {2,}/));

describe('the report', () => {
  it('shows every run while they are few, and what stopped the calls', async () => {
    const toml = '[proxy.tools.look]\nestimated_cost = 0.25\nmax_calls_per_run = 3';
    const records = [...loop('b', 4), call('a', 1), call('a', 2), call('a', 3), call('a', 4)];
    const { totals } = await decide([...records, { tool: 'other', result: 1 }], { toml });
    expect(reportText(totals, '/project/fuze.toml')).toBe(
      [
        'run        calls  allowed  refused  replayed  killed  money',
        'b              4        2        2         0       -  $0.50',
        'a              4        3        1         0       -  $0.75',
        '(no name)      1        1        0         0       -  $0.00',
        'all runs       9        6        3         0       0  $1.25',
        '',
        '9 calls in 3 runs: 3 stopped. Settings: /project/fuze.toml.',
        '',
        'stopped by check  calls',
        'repeat                2',
        'calls_per_tool        1',
        '',
        'stopped by tool  calls',
        'look                 3',
        '',
      ].join('\n'),
    );
  });

  it('shows a killed run, a replay and a warning', async () => {
    const killed = await decide(loop('a', 4), { toml: '[proxy]\non_loop = "kill"' });
    expect(rowsOf(reportText(killed.totals, undefined))[1]).toEqual([
      'a',
      '4',
      '2',
      '2',
      '0',
      'yes',
      '$0.00',
    ]);
    const toml = '[proxy.tools.look]\nside_effect = true';
    const replayed = await decide(loop('a', 2), { toml });
    expect(rowsOf(reportText(replayed.totals, undefined))[1]).toEqual([
      'a',
      '2',
      '1',
      '0',
      '1',
      '-',
      '$0.00',
    ]);
    const warned = await decide(loop('a', 3), { toml: '[proxy]\non_loop = "warn"' });
    expect(reportText(warned.totals, undefined)).toContain(
      '3 calls in 1 run: 0 stopped, 1 allowed with a warning. Settings: built-in defaults.',
    );
  });

  it('shows only those with the most stops when there are many runs', async () => {
    const quiet = Array.from({ length: 30 }, (_, n) => call(`quiet-${n}`, n));
    const loops = Array.from({ length: 25 }, (_, n) => loop(`loop-${n}`, 3 + n)).flat();
    const few = reportText((await decide([...quiet, ...loop('x', 3)])).totals, undefined);
    expect(
      rowsOf(few)
        .slice(1, 3)
        .map(([name]) => name),
    ).toEqual(['x', 'all runs']);
    expect(few).toContain('(not shown: 30 without a stop)');
    const many = reportText((await decide([...loops, ...quiet])).totals, undefined);
    const names = Array.from({ length: 20 }, (_, n) => `loop-${n + 5}`);
    expect(
      rowsOf(many)
        .slice(1, 22)
        .map(([name]) => name),
    ).toEqual([...names, 'all runs']);
    expect(many).toContain('(not shown: 5 more with stops, 30 without a stop)');
  });

  it('keeps the runs with the most stops, however many there were before', async () => {
    const loops = Array.from({ length: 450 }, (_, n) => loop(n, n === 7 ? 5 : 3)).flat();
    const text = reportText((await decide(loops)).totals, undefined);
    expect(
      rowsOf(text)
        .slice(1, 21)
        .map(([name, , , refused]) => `${name}: ${refused}`),
    ).toEqual([...Array.from({ length: 20 }, (_, n) => `${n}: ${n === 7 ? 3 : 1}`)]);
  });

  it('does not let a name steer the terminal, nor fill it', async () => {
    const run = `a\u001b[2J\n${'x'.repeat(500)}`;
    const text = reportText((await decide([{ ...call('', 1), run }])).totals, undefined);
    expect(text).toContain('a\\u{1b}[2J\\u{a}xxx');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(130);
  });

  it('is empty where there were no calls', async () => {
    const { totals } = await decide([]);
    expect(reportText(totals, undefined) + judgeText(totals)).toBe('');
  });
});

describe('the judgement', () => {
  const toml = '[proxy.tools.look]\nloop_checks = false\nmax_calls_per_run = 4';
  const records = [...loop('a', 5), call('a', 1)];

  it('for people', async () => {
    const solved = [...records.map((record) => ({ ...record, solved: true })), call('b', 1)];
    const { totals } = await decide(solved, { judge: true, toml });
    expect(judgeText(totals)).toBe(
      [
        '',
        'judged             all runs  solved runs',
        'runs                      2            1',
        'calls                     7            6',
        'stopped                   2            2',
        'harmful stops             1            1',
        '  in so many runs         1            1',
        'wasted calls              3            3',
        '  of them stopped         1            1',
        '  that is            33.3 %       33.3 %',
        'killed runs               0            0',
        '',
      ].join('\n'),
    );
  });

  it('says when it does not know which runs solved their task', async () => {
    const text = judgeText((await decide(records, { judge: true, toml })).totals);
    expect(text).toMatch(/^\njudged +all runs\n/);
    expect(text).toContain('No record says whether its run "solved" its task');
    const nothing = judgeText((await decide([call('a', 1)], { judge: true })).totals);
    expect(rowsOf(nothing)).toContainEqual(['that is', '-']);
  });

  it('does not round up to all', async () => {
    const cap = '[proxy.tools.look]\nloop_checks = false\nmax_calls_per_run = 3';
    const { totals } = await decide(loop('a', 2_003), { judge: true, toml: cap });
    expect(totals.all).toMatchObject({ wasted: 2_001, wastedStopped: 2_000 });
    expect(judgeText(totals)).toContain('99.9 %');
  });

  it('for programs', async () => {
    const { totals } = await decide(records, { judge: true, toml });
    const all = { runs: 1, calls: 6, stopped: 2, harmful: 1, harmedRuns: 1 };
    expect(judgeJson(totals)).toEqual({
      judge: { all: { ...all, wasted: 3, wastedStopped: 1, killedRuns: 0 }, solved: null },
    });
  });
});
