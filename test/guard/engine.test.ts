import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { usdToMicros } from '../../src/config/money.js';
import type { Decision } from '../../src/guard/decision.js';
import type { JudgedCall, Outcome } from '../../src/guard/tool-call.js';
import type { SettingsChange } from './support/settings.js';
import { failure, lost, success, TestGuard, timedOut } from './support/test-guard.js';

const TOOLS = ['a', 'b', 'c', 'pay'] as const;
type Tool = (typeof TOOLS)[number];

/** One call: how long after the one before it, what it brings, and how many calls later its answer comes. */
interface Planned {
  readonly tool: Tool;
  readonly args: number;
  readonly pause: number;
  readonly answerAfter: number;
  readonly outcome: Outcome;
}

const micros = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constantFrom(0, 1, 100, 300));
const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.constantFrom('x', 'y').map((result) => success(result)),
  fc.tuple(fc.constantFrom('x', 'y'), micros).map(([result, cost]) => success(result, cost)),
  fc.constantFrom(failure('e'), failure('f'), lost, timedOut),
);
const planned: fc.Arbitrary<Planned> = fc.record({
  tool: fc.constantFrom(...TOOLS),
  args: fc.nat(2),
  // Fractions as performance.now() has them, and steps to just before, at and after a minute.
  pause: fc.oneof(
    fc.constantFrom(0, 0, 1, 20_000, 59_999, 60_000, 60_001),
    fc.double({ min: 0, max: 70_000, noNaN: true }),
  ),
  answerAfter: fc.nat(4),
  outcome,
});
const plan = fc.array(planned, { maxLength: 60 });

function isStopped(decision: Decision): boolean {
  return decision.action !== 'allow' && decision.action !== 'warn';
}

/**
 * Makes the calls of a plan and settles each when its time comes. `times` tells how often each is made in a row;
 * 0 leaves it out. Returns the decisions, those made in a row together.
 */
function play(
  guard: TestGuard,
  calls: readonly Planned[],
  times: (index: number) => number = () => 1,
): Decision[][] {
  const due: { at: number; call: JudgedCall; outcome: Outcome }[] = [];
  const settle = (until: number): void => {
    for (const { at, call, outcome: end } of due) if (at <= until) guard.run.settle(call, end);
  };
  const decisions = calls.map(({ tool, args, pause, answerAfter, outcome: end }, index) => {
    guard.time += pause;
    const made = Array.from({ length: times(index) }, () => guard.admit(tool, { args }));
    for (const decision of made) {
      if (decision.action !== 'allow' && decision.action !== 'warn') continue;
      due.push({ at: index + answerAfter, call: decision.call, outcome: end });
    }
    settle(index);
    return made;
  });
  settle(Number.POSITIVE_INFINITY);
  return decisions;
}

/** Limits so low that plans run into all of them. */
const limits = fc.record({
  maxCostPerStep: fc.constantFrom<number>(200, 300, 1_000),
  maxCostPerRun: fc.integer({ min: 0, max: 2_000 }),
  chargeFailed: fc.boolean(),
  maxIterations: fc.integer({ min: 0, max: 40 }),
  maxCallsPerMinute: fc.integer({ min: 0, max: 6 }),
  prices: fc.record({ a: micros, b: micros, c: micros, pay: micros }),
  cap: fc.integer({ min: 0, max: 12 }),
  toolRate: fc.integer({ min: 0, max: 4 }),
});
type Limits = typeof limits extends fc.Arbitrary<infer T> ? T : never;

function settingsOf(l: Limits, loopChecks: boolean): SettingsChange {
  return {
    ...l,
    loop: { maxSkips: 1_000_000 },
    every: { loopChecks },
    tools: {
      a: { estimatedCost: l.prices.a, loopChecks, maxCallsPerRun: l.cap },
      b: { estimatedCost: l.prices.b, loopChecks, maxCallsPerMinute: l.toolRate },
      c: { estimatedCost: l.prices.c, loopChecks },
      pay: { estimatedCost: l.prices.pay, loopChecks, sideEffect: loopChecks },
    },
  };
}

/** The limits once more, by the book: every call on record, all sums made anew, money as big integers. */
class Model {
  private readonly admitted: { tool: Tool; at: number }[] = [];
  private committed = 0n;

  constructor(private readonly limits: Limits) {}

  check(tool: Tool, at: number): string | undefined {
    const l = this.limits;
    const price = BigInt(l.prices[tool]);
    const ofTool = this.admitted.filter((call) => call.tool === tool);
    const lastMinute = (calls: readonly { at: number }[]) =>
      calls.filter((call) => call.at > at - 60_000).length;
    if (tool === 'a' && ofTool.length >= l.cap) return 'calls_per_tool';
    if (tool === 'b' && l.toolRate > 0 && lastMinute(ofTool) >= l.toolRate) return 'rate';
    if (l.maxCallsPerMinute > 0 && lastMinute(this.admitted) >= l.maxCallsPerMinute) return 'rate';
    if (this.admitted.length >= l.maxIterations) return 'iterations';
    if (price > BigInt(l.maxCostPerStep)) return 'budget';
    if (this.committed + price > BigInt(l.maxCostPerRun)) return 'budget';
    return undefined;
  }

  admit(tool: Tool, at: number): void {
    this.admitted.push({ tool, at });
    this.committed += BigInt(this.limits.prices[tool]);
  }

  /** Gives back the estimate and takes what the call cost. */
  settle(tool: Tool, end: Outcome): void {
    const price = BigInt(this.limits.prices[tool]);
    if (end.kind === 'success') this.committed += BigInt(end.cost ?? price) - price;
    if (end.kind === 'failure' && !this.limits.chargeFailed) this.committed -= price;
  }

  get total(): bigint {
    return this.committed;
  }
}

describe('the ceilings', () => {
  it('stop exactly the calls above them, under any interleaving of admit and settle', () => {
    const step = fc.oneof(
      { weight: 2, arbitrary: planned },
      { weight: 1, arbitrary: fc.record({ settle: fc.nat(), outcome }) },
    );
    fc.assert(
      fc.property(limits, fc.array(step, { maxLength: 120 }), (l, steps) => {
        const guard = new TestGuard(settingsOf(l, false));
        const model = new Model(l);
        const open: { tool: Tool; call: JudgedCall }[] = [];
        for (const next of steps) {
          if ('settle' in next) {
            const [ended] = open.splice(next.settle % (open.length || 1), 1);
            if (ended === undefined) continue;
            guard.run.settle(ended.call, next.outcome);
            model.settle(ended.tool, next.outcome);
          } else {
            guard.time += next.pause;
            const expected = model.check(next.tool, guard.time);
            const decision = guard.admit(next.tool, { args: next.args });
            expect('verdict' in decision ? decision.verdict.check : undefined).toBe(expected);
            if ('verdict' in decision) continue;
            model.admit(next.tool, guard.time);
            open.push({ tool: next.tool, call: decision.call });
          }
          const { spent, reserved, inFlight } = guard.run.status();
          expect(BigInt(spent) + BigInt(reserved)).toBe(model.total);
          expect(inFlight).toBe(open.length);
        }
        for (const { tool, call } of open) {
          guard.run.settle(call, failure());
          model.settle(tool, failure());
        }
        const { spent, reserved, inFlight } = guard.run.status();
        expect([reserved, inFlight]).toEqual([0, 0]);
        expect(BigInt(spent)).toBe(model.total);
      }),
      { numRuns: 2_000 },
    );
  });

  it('hold money without drift over 10,000 random calls', () => {
    const dollars = fc.double({ min: 0, max: 1_000, noNaN: true, noDefaultInfinity: true });
    const price = fc.oneof(dollars, fc.constantFrom(0.1, 0.2, 0.3, 0.07, 1e-6)).map(usdToMicros);
    const calls = fc.array(fc.record({ price, cost: fc.option(price), fails: fc.boolean() }), {
      minLength: 10_000,
      maxLength: 10_000,
    });
    fc.assert(
      fc.property(calls, fc.boolean(), (list, chargeFailed) => {
        const loop = { errorThreshold: 0 };
        const roomy = { maxCostPerStep: 1e15, maxCostPerRun: 1e15, chargeFailed, loop };
        const guard = new TestGuard({ ...roomy, every: { loopChecks: false } });
        let expected = 0n;
        for (const { price: estimatedCost, cost, fails } of list) {
          guard.change({ ...roomy, every: { loopChecks: false, estimatedCost } });
          guard.call('a', {}, fails ? failure() : success('x', cost ?? undefined));
          if (fails) expected += chargeFailed ? BigInt(estimatedCost) : 0n;
          else expected += BigInt(cost ?? estimatedCost);
        }
        const { spent, reserved, admitted } = guard.run.status();
        expect(admitted).toBe(10_000);
        expect(reserved).toBe(0);
        expect(BigInt(spent)).toBe(expected);
      }),
      // 10,000 calls take too long to be made fewer.
      { numRuns: 5, endOnFailure: true },
    );
  });
});

describe('a stopped call', () => {
  it('consumes nothing: without it, or with many more like it, every other decision is the same', () => {
    fc.assert(
      fc.property(limits, plan, fc.integer({ min: 2, max: 4 }), (l, calls, more) => {
        const settings = settingsOf(l, true);
        const first = play(new TestGuard(settings), calls).map(([decision]) => decision);
        const stopped = first.map((decision) => decision === undefined || isStopped(decision));
        const decided = first.map((decision) => decision?.action);

        const without = play(new TestGuard(settings), calls, (i) => (stopped[i] ? 0 : 1));
        expect(without.map(([decision]) => decision?.action)).toEqual(
          decided.map((action, i) => (stopped[i] ? undefined : action)),
        );
        const manyMore = play(new TestGuard(settings), calls, (i) => (stopped[i] ? more : 1));
        expect(manyMore.map(([decision]) => decision?.action)).toEqual(decided);
        expect(manyMore.flat().filter((decision) => !isStopped(decision))).toHaveLength(
          stopped.filter((is) => !is).length,
        );
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('shadow mode', () => {
  it('decides every call as if all calls before it had been allowed', () => {
    const unlimited: Limits = {
      maxCostPerStep: 1e12,
      maxCostPerRun: 1e12,
      chargeFailed: true,
      maxIterations: 1e9,
      maxCallsPerMinute: 1e9,
      prices: { a: 0, b: 0, c: 0, pay: 0 },
      cap: 1e9,
      toolRate: 1e9,
    };
    /** Without side effects: in a run without fuze there are none to remember. */
    const withLoops = (l: Limits): SettingsChange => {
      const settings = settingsOf(l, true);
      const pay = { ...settings.tools?.pay, sideEffect: false };
      return { ...settings, tools: { ...settings.tools, pay } };
    };
    fc.assert(
      fc.property(limits, plan, fc.nat(), (l, calls, place) => {
        if (calls.length === 0) return;
        const index = place % calls.length;
        const shadow = play(new TestGuard({ ...withLoops(l), shadow: true }), calls);
        expect(shadow.flat().filter(isStopped)).toEqual([]);

        const free = new TestGuard({
          ...withLoops({ ...unlimited, prices: l.prices, chargeFailed: l.chargeFailed }),
          loop: { repeatThreshold: 1_000_000 },
        });
        let judged: Decision | undefined;
        play(free, calls.slice(0, index + 1), (i) => {
          if (i < index) return 1;
          free.change(withLoops(l));
          judged = free.admit(calls[i]?.tool ?? '', { args: calls[i]?.args });
          return 0;
        });
        const [told] = shadow[index] ?? [];
        const would = told !== undefined && 'shadow' in told ? told.shadow : undefined;
        // When a threshold of the budget is warned of depends on what was warned of before.
        const action = judged?.action === 'warn' ? 'allow' : judged?.action;
        expect(would?.action ?? 'allow').toBe(action);
        expect(would?.verdict.check).toBe(
          judged !== undefined && 'verdict' in judged ? judged.verdict.check : undefined,
        );
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a side effect', () => {
  it('never runs twice, and never beside itself, under any interleaving', () => {
    const step = fc.record({ args: fc.nat(2), settle: fc.boolean(), outcome });
    const ANSWER = { pending: 'wait', success: 'replay', unknown: 'refuse', failure: 'allow' };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const guard = new TestGuard({ tools: { pay: { sideEffect: true, loopChecks: false } } });
        const state = new Map<number, keyof typeof ANSWER>();
        const open = new Map<number, JudgedCall>();
        for (const { args, settle, outcome: end } of steps) {
          const call = open.get(args);
          if (settle && call !== undefined) {
            guard.run.settle(call, end);
            open.delete(args);
            state.set(args, end.kind);
            continue;
          }
          const decision = guard.admit('pay', { args });
          expect(decision.action).toBe(ANSWER[state.get(args) ?? 'failure']);
          if (decision.action !== 'allow') continue;
          state.set(args, 'pending');
          open.set(args, decision.call);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('createEngine', () => {
  it('gives runs ids of their own, or the one that is asked for', () => {
    const { engine } = new TestGuard();
    const [one, other] = [engine.openRun(), engine.openRun()];
    expect(one.runId).toMatch(/^run_[0-9a-f]{16}$/);
    expect(other.runId).not.toBe(one.runId);
    expect(engine.openRun('mine').runId).toBe('mine');
  });

  it('ends a run that has had no side effect without opening the ledger', () => {
    const guard = new TestGuard({}, () => {
      throw new Error('nobody needs the ledger');
    });
    guard.call('a');
    guard.engine.endRun(guard.run);
    expect(guard.problems).toEqual([]);
  });
});
