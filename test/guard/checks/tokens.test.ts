import { describe, expect, it } from 'vitest';
import { tokensOf } from '../../../src/guard/checks/tokens.js';
import type { SettingsChange } from '../support/settings.js';
import { admitted, failure, lost, success, TestGuard, verdictOf } from '../support/test-guard.js';

const limited = (maxTokens: number): SettingsChange => ({
  maxTokens,
  every: { loopChecks: false },
});

/** An answer of so many tokens: its JSON text has two quotes. */
const answerOf = (tokens: number) => success('x'.repeat(tokens * 4 - 2));

describe('tokensOf', () => {
  it.each([
    [0, 0],
    [1, 1],
    [4, 1],
    [5, 2],
  ])('%i bytes make %i', (bytes, tokens) => {
    expect(tokensOf(bytes)).toBe(tokens);
  });
});

describe('the ceiling of tokens', () => {
  it('is reached exactly, and not passed by one', () => {
    const guard = new TestGuard(limited(30));
    guard.run.settle(admitted(guard.admit('a', {}, { argsBytes: 40 })), answerOf(10));
    expect(guard.admit('a', {}, { argsBytes: 41 })).toMatchObject({
      action: 'refuse',
      verdict: {
        check: 'tokens',
        kind: 'stop',
        details: { usedTokens: 20, reservedTokens: 0, callTokens: 11, limit: 30 },
      },
    });
    expect(guard.admit('a', {}, { argsBytes: 40 }).action).toBe('allow');
  });

  it('is none at 0', () => {
    const guard = new TestGuard(limited(0));
    expect(guard.call('a', { q: 'x'.repeat(1e6) }, answerOf(1e6)).action).toBe('allow');
    expect(guard.call('b').action).toBe('allow');
  });

  it('counts the JSON text of arguments whose bytes nobody told', () => {
    const args = { q: 'x'.repeat(32) };
    expect(JSON.stringify(args)).toHaveLength(40);
    expect(new TestGuard(limited(10)).admit('a', args).action).toBe('allow');
    expect(verdictOf(new TestGuard(limited(9)).admit('a', args)).check).toBe('tokens');
  });

  it('holds the arguments of calls in flight together', () => {
    const guard = new TestGuard(limited(25));
    const open = [1, 2].map(() => admitted(guard.admit('a', {}, { argsBytes: 40 })));
    expect(verdictOf(guard.admit('a', {}, { argsBytes: 24 }))).toMatchObject({
      details: { usedTokens: 0, reservedTokens: 20, callTokens: 6 },
    });
    for (const call of open) guard.run.settle(call, lost);
    expect(verdictOf(guard.admit('a', {}, { argsBytes: 24 }))).toMatchObject({
      details: { usedTokens: 20, reservedTokens: 0 },
    });
  });

  it('counts errors as well, and of a lost answer only what was sent', () => {
    const guard = new TestGuard(limited(100));
    guard.run.settle(admitted(guard.admit('a', {}, { argsBytes: 4 })), failure('x'.repeat(8)));
    guard.run.settle(admitted(guard.admit('a', {}, { argsBytes: 4 })), lost);
    expect(verdictOf(guard.admit('a', {}, { argsBytes: 400 }))).toMatchObject({
      details: { usedTokens: 4 },
    });
  });

  it('takes nothing of a stopped call, and begins anew with a run', () => {
    const guard = new TestGuard(limited(10));
    for (let call = 0; call < 5; call += 1) {
      expect(guard.admit('a', {}, { argsBytes: 44 }).action).toBe('refuse');
    }
    guard.run.settle(admitted(guard.admit('a', {}, { argsBytes: 4 })), answerOf(9));
    expect(guard.admit('a', {}, { argsBytes: 4 }).action).toBe('refuse');
    guard.run = guard.engine.openRun();
    expect(guard.admit('a', {}, { argsBytes: 4 }).action).toBe('allow');
  });

  it('is not disturbed by a limit that is set while a call is in flight', () => {
    const guard = new TestGuard(limited(0));
    const call = admitted(guard.admit('a', {}, { argsBytes: 4 }));
    guard.change(limited(10));
    guard.run.settle(call, answerOf(3));
    expect(guard.admit('a', {}, { argsBytes: 24 }).action).toBe('allow');
    expect(verdictOf(guard.admit('a', {}, { argsBytes: 4 }))).toMatchObject({
      details: { usedTokens: 4, reservedTokens: 6 },
    });
  });
});
