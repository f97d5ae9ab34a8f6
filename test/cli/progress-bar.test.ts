import { describe, expect, it } from 'vitest';
import { ProgressBar } from '../../src/cli/progress-bar.js';

function bar(total: number | undefined, isTTY = true) {
  const written: string[] = [];
  const clock = { now: 0 };
  const terminal = { isTTY, write: (text: string) => written.push(text) };
  const shown = new ProgressBar(terminal, total, () => clock.now);
  /** As many updates as make it look at the clock at least once. */
  const update = (bytes: number, calls: number): void => {
    for (let n = 0; n < 64; n += 1) shown.update(bytes, calls);
  };
  return { written, clock, update, clear: () => shown.clear() };
}

describe('the progress bar', () => {
  it('tells how far it is, on one line', () => {
    const { written, clock, update } = bar(1_000);
    clock.now = 100;
    update(500, 12_345);
    expect(written).toEqual([
      `\r\u001b[2K[${'#'.repeat(15)}${'.'.repeat(15)}]  50 %  12,345 calls`,
    ]);
    clock.now = 200;
    update(2_000, 20_000);
    expect(written[1]).toContain(`[${'#'.repeat(30)}] 100 %  20,000 calls`);
  });

  it('is drawn ten times a second at most, and not at all when all is over before', () => {
    const { written, clock, update, clear } = bar(1_000);
    clock.now = 99;
    update(1, 1);
    clear();
    expect(written).toEqual([]);
    clock.now = 100;
    update(2, 2);
    clock.now = 199;
    update(3, 3);
    expect(written).toHaveLength(1);
  });

  it('tells the calls alone where nobody knows how many bytes will come', () => {
    const { written, clock, update } = bar(undefined);
    clock.now = 100;
    update(500, 7);
    expect(written).toEqual(['\r\u001b[2K7 calls']);
  });

  it('goes away once', () => {
    const { written, clock, update, clear } = bar(10);
    clock.now = 100;
    update(5, 1);
    clear();
    clear();
    expect(written.slice(1)).toEqual(['\r\u001b[2K']);
  });

  it('writes nothing where there is no terminal', () => {
    const { written, clock, update, clear } = bar(10, false);
    clock.now = 1_000;
    update(5, 1);
    clear();
    expect(written).toEqual([]);
  });
});
