import { describe, expect, it } from 'vitest';
import { SharedRelease } from '../../src/proxy/shared-release.js';

interface Observed {
  readonly releases: SharedRelease;
  readonly happened: string[];
  /** Withholds something of that name. */
  withhold(name: string): void;
}

function observed(): Observed {
  const happened: string[] = [];
  const releases = new SharedRelease(() => happened.push('trace'));
  const withhold = (name: string): void => releases.add({ release: () => happened.push(name) });
  return { releases, happened, withhold };
}

const nextIteration = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('SharedRelease', () => {
  it('releases what came of one iteration of the event loop behind one write to the trace', async () => {
    const { releases, happened, withhold } = observed();
    withhold('a');
    withhold('b');
    await Promise.resolve();
    withhold('c');
    expect([happened, releases.areAny]).toEqual([[], true]);
    await nextIteration();
    expect([happened, releases.areAny]).toEqual([['trace', 'a', 'b', 'c'], false]);
  });

  it('begins anew with what a release brings', async () => {
    const { releases, happened, withhold } = observed();
    releases.add({
      release: () => {
        happened.push('a');
        withhold('b');
      },
    });
    await nextIteration();
    expect(happened).toEqual(['trace', 'a']);
    await nextIteration();
    expect(happened).toEqual(['trace', 'a', 'trace', 'b']);
  });

  it('releases at once when it is asked to, and not once more later', async () => {
    const { releases, happened, withhold } = observed();
    releases.letGo();
    withhold('a');
    releases.letGo();
    expect(happened).toEqual(['trace', 'a']);
    await nextIteration();
    expect(happened).toEqual(['trace', 'a']);
  });
});
