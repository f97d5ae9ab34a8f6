import { expect, it } from 'vitest';
import { ShadowTally } from '../../src/proxy/shadow-tally.js';

const stop = (check: string, reason = 'seen 3 times') => ({ check, tool: 'search', reason });

it('says nothing without a call', () => {
  expect(new ShadowTally().text()).toBeUndefined();
});

it('says that nothing would have been stopped', () => {
  const tally = new ShadowTally();
  tally.add();
  expect(tally.text()).toBe('Shadow mode would have stopped none of 1 call.');
});

it('counts by check, the most frequent first, and tells the first', () => {
  const tally = new ShadowTally();
  for (const what of [undefined, stop('budget', 'over $1'), stop('repeat'), stop('repeat')])
    tally.add(what);
  expect(tally.text()).toBe(
    'Shadow mode would have stopped 3 of 4 calls: repeat 2, budget 1; first: search: over $1',
  );
});

it('stays one short line that steers no terminal', () => {
  const tally = new ShadowTally();
  tally.add({ check: 'repeat', tool: '\u001b[2Jx\n', reason: 'y'.repeat(5_000) });
  for (let n = 0; n < 500; n += 1) tally.add(stop(`check-${n}`));
  const text = tally.text() ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there.
  expect(text).not.toMatch(/[\u0000-\u001f]/);
  expect(text.length).toBeLessThan(3_000);
  expect(text).toContain('501 of 501');
});
