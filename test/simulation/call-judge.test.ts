import { describe, expect, it } from 'vitest';
import { CallJudge } from '../../src/simulation/call-judge.js';
import type { RecordedCall } from '../../src/simulation/recorded-call.js';
import { callOf, decide } from './support/samples.js';

interface Step {
  readonly run?: string;
  readonly tool?: string;
  /** Stands for the arguments too. */
  readonly call?: string;
  readonly answer?: string;
  readonly error?: string;
  readonly stopped?: boolean;
}

async function judged(steps: readonly Step[]): Promise<string> {
  const judge = new CallJudge();
  const marks: string[] = [];
  for (const { run = 'r', tool = 't', call = 'x', answer, error, stopped = false } of steps) {
    const read = await callOf({ tool, result: answer ?? null, error });
    const recorded: RecordedCall =
      answer === undefined && error === undefined
        ? { ...read, outcome: { kind: 'unknown', reason: 'timeout' } }
        : read;
    const { harmful, wasted } = judge.judge(run, `${tool}-${call}`, recorded, stopped);
    marks.push(harmful ? (wasted ? 'HW' : 'H') : wasted ? 'W' : '.');
  }
  return marks.join(' ');
}

const answers = (...list: string[]) => list.map((answer) => ({ answer }));
const errors = (...list: string[]) => list.map((error, n) => ({ error, call: `c${n}` }));

describe('a harmful stop', () => {
  it('is one whose answer no earlier identical call had brought', async () => {
    expect(await judged([{ answer: 'a' }, { answer: 'b', stopped: true }])).toBe('. H');
    expect(await judged([{ answer: 'a' }, { answer: 'a', stopped: true }])).toBe('. .');
    expect(await judged([{ answer: 'a', stopped: true }])).toBe('H');
  });

  it('may have been brought by any earlier one, not only the last', async () => {
    expect(await judged([...answers('a', 'b'), { answer: 'a', stopped: true }])).toBe('. . .');
  });

  it('is counted once for one lost answer', async () => {
    const stopped = { answer: 'a', stopped: true };
    expect(await judged([stopped, stopped])).toBe('H .');
  });

  it('asks for the same call in the same run', async () => {
    const seen = { answer: 'a' };
    const stop = { answer: 'a', stopped: true };
    expect(await judged([seen, { ...stop, call: 'y' }])).toBe('. H');
    expect(await judged([seen, { ...stop, tool: 'u' }])).toBe('. H');
    expect(await judged([seen, { ...stop, run: 's' }])).toBe('. H');
  });

  it('counts errors as answers, and a call without a recorded answer as nothing', async () => {
    expect(await judged([{ error: 'a', stopped: true }])).toBe('H');
    expect(await judged([{ stopped: true }])).toBe('.');
  });
});

describe('a wasted call', () => {
  it('is the third identical one with an unchanged answer, and the ones after it', async () => {
    expect(await judged(answers('a', 'a', 'a', 'a'))).toBe('. . W W');
    expect(await judged(answers('a', 'a', 'b', 'b', 'b'))).toBe('. . . . W');
    expect(await judged(answers('a', 'b', 'a', 'b', 'a', 'b'))).toBe('. . . . . .');
  });

  it('may have other calls in between', async () => {
    const other = { call: 'y', answer: 'z' };
    const same = { answer: 'a' };
    expect(await judged([same, other, same, other, same, other])).toBe('. . . . W W');
  });

  it('is the fourth identical error in a row of one tool, whatever the arguments', async () => {
    expect(await judged(errors('e', 'e', 'e', 'e', 'e'))).toBe('. . . W W');
    expect(await judged(errors('e', 'e', 'f', 'e', 'e', 'e'))).toBe('. . . . . .');
    expect(await judged(errors('e 1', 'e 2', 'e 3', 'e 4'))).toBe('. . . .');
  });

  it('is not counted across a success of the tool, but across calls of others', async () => {
    const [a, b, c, d] = errors('e', 'e', 'e', 'e');
    const between = (tool: string) => [a, b, c, { tool, call: 'ok', answer: 'fine' }, d] as Step[];
    expect(await judged(between('t'))).toBe('. . . . .');
    expect(await judged(between('u'))).toBe('. . . . W');
  });

  it('is not made by equal answers of different calls that succeed', async () => {
    const steps = ['1', '2', '3', '4', '5'].map((call) => ({ call, answer: 'ok' }));
    expect(await judged(steps)).toBe('. . . . .');
  });

  it('is not interrupted by a call whose answer nobody knows', async () => {
    expect(await judged([{ answer: 'a' }, { answer: 'a' }, {}, { answer: 'a' }])).toBe('. . . W');
  });
});

describe('the figures', () => {
  const look = { tool: 'look', args: {}, result: 'same' };

  it('are over all runs, and over those that solved their task', async () => {
    const records = [true, false].flatMap((solved) =>
      [1, 2, 3, 4].map(() => ({ ...look, solved, run: String(solved) })),
    );
    const { calls, totals } = await decide(records, { judge: true });
    expect(calls.slice(0, 3)).toMatchObject([
      { harmful: false, wasted: false },
      { harmful: false, wasted: false },
      { harmful: false, wasted: true, action: 'refuse' },
    ]);
    const figures = { stopped: 2, harmful: 0, harmedRuns: 0, wasted: 2, wastedStopped: 2 };
    const doubled = { stopped: 4, harmful: 0, harmedRuns: 0, wasted: 4, wastedStopped: 4 };
    expect(totals.solved).toEqual({ runs: 1, calls: 4, killedRuns: 0, ...figures });
    expect(totals.all).toEqual({ runs: 2, calls: 8, killedRuns: 0, ...doubled });
  });

  it('tell harmful stops, harmed runs, wasted calls that were let through, and killed runs', async () => {
    const toml = '[proxy.tools."*"]\nmax_calls_per_run = 3\nloop_checks = false';
    const records = [...Array(4).fill(look), { ...look, result: 'news' }];
    const solved = records.map((record) => ({ ...record, solved: true }));
    const { totals } = await decide(solved, { judge: true, toml });
    expect(totals.solved).toMatchObject({ harmful: 1, harmedRuns: 1, wasted: 2, wastedStopped: 1 });
    const killing = await decide(solved, { judge: true, toml: '[proxy]\non_loop = "kill"' });
    expect(killing.totals.solved.killedRuns).toBe(1);
  });

  it('know whether a run solved its task from any of its records', async () => {
    const { totals } = await decide([look, { ...look, solved: true }, { ...look, args: { a: 1 } }]);
    expect(totals).toMatchObject({ knowsSolved: true, solved: { runs: 1, calls: 3 } });
    expect((await decide([look])).totals).toMatchObject({
      knowsSolved: false,
      solved: { runs: 0 },
    });
  });

  it('do not depend on how the same arguments are written', async () => {
    const record = (text: string) => JSON.parse(`{"tool":"look","args":${text},"result":1}`);
    const records = ['{"a":1,"b":2}', '{"b":2,"a":1}', '{"a":1.0,"b":2e0}'].map(record);
    expect((await decide(records, { judge: true })).totals.all.wasted).toBe(1);
  });
});
