import { describe, expect, it } from 'vitest';
import { Waiting } from '../../src/guard/waiting.js';

describe('an agent has waited', () => {
  /** One that was answered at 1,000 ms. */
  const answered = (): Waiting => {
    const waiting = new Waiting();
    waiting.called(0, false);
    waiting.answered(1_000);
    return waiting;
  };

  it.each([
    [60_999, false],
    [61_000, true],
  ])('when nothing was called for a minute: at %i ms it is %s', (now, waited) => {
    expect(answered().since(1_000, now)).toBe(waited);
  });

  it('since all that was answered before the pause, and not since what came after', () => {
    const waiting = answered();
    waiting.called(70_000, false);
    waiting.answered(70_500);
    expect(waiting.since(1_000, 70_600)).toBe(true);
    expect(waiting.since(70_500, 70_600)).toBe(false);
  });

  it.each([
    [14_999, false],
    [15_000, true],
  ])('when the next call comes long after one that waits: at %i ms it is %s', (now, waited) => {
    const waiting = answered();
    waiting.called(5_000, true);
    waiting.answered(5_100);
    expect(waiting.since(1_000, now)).toBe(waited);
    waiting.called(now, false);
    waiting.answered(now + 10);
    expect(waiting.since(1_000, now + 20)).toBe(waited);
  });

  it('not when another call came soon after the one that waits', () => {
    const waiting = answered();
    waiting.called(5_000, true);
    waiting.answered(5_100);
    waiting.called(6_000, false);
    waiting.answered(6_100);
    expect(waiting.since(1_000, 30_000)).toBe(false);
  });

  it('not before its first answer', () => {
    expect(new Waiting().since(0, 1e9)).toBe(false);
  });
});
