import { describe, expect, it } from 'vitest';
import { periodText, spanText, timeBeside, usdText } from '../../src/report/wording.js';

describe('wording', () => {
  it.each([
    [0, '0 ms'],
    [0.24, '0.2 ms'],
    [9.96, '10 ms'],
    [850.4, '850 ms'],
    [1_000, '1 s'],
    [3_240, '3.2 s'],
    [60_000, '1 min'],
    [119_700, '2 min'],
    [2_534_000, '42 min 14 s'],
    [3_600_000 + 59.7 * 60_000, '2 h'],
    [26 * 3_600_000, '1 d 2 h'],
    [4_000 * 86_400_000, '4,000 d'],
  ])('%d ms is %s', (milliseconds, text) => {
    expect(spanText(milliseconds)).toBe(text);
  });

  it.each([
    [0, '$0.00'],
    [0.0025, '$0.0025'],
    [0.809855, '$0.81'],
    [0.405, '$0.405'],
    [0.000001, '$0.000001'],
    [1.005001, '$1.01'],
    [1_204.2, '$1,204.20'],
  ])('%d dollars are %s', (usd, text) => {
    expect(usdText(usd)).toBe(text);
  });

  it('says the day once', () => {
    const from = '2026-10-01T09:00:03.000Z';
    expect(timeBeside('2026-10-01T10:00:00.000Z', from)).toBe('10:00:00');
    expect(timeBeside('2026-10-02T10:00:00.000Z', from)).toBe('2026-10-02 10:00:00');
    expect(periodText({ from, to: '2026-10-01T09:42:17.000Z' })).toBe(
      '2026-10-01 09:00:03 to 09:42:17 UTC, 42 min 14 s',
    );
    expect(periodText({ from: undefined, to: undefined })).toBe('no calls');
  });
});
