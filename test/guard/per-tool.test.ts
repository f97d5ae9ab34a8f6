import { describe, expect, it } from 'vitest';
import { PerTool } from '../../src/guard/per-tool.js';

describe('PerTool', () => {
  it('keeps one value for each tool', () => {
    const values = new PerTool(() => ({ count: 0 }));
    values.of('a').count += 1;
    values.of('a').count += 1;
    values.of('__proto__').count += 1;
    expect([values.of('a').count, values.of('__proto__').count, values.of('b').count]).toEqual([
      2, 1, 0,
    ]);
  });

  it('makes no more than 10,001 of them, and those that were there stay', () => {
    let made = 0;
    const values = new PerTool(() => {
      made += 1;
      return { made };
    });
    for (let tool = 0; tool < 30_000; tool += 1) values.of(`tool ${tool}`);
    expect(made).toBe(10_001);
    expect(values.of('tool 9999')).toEqual({ made: 10_000 });
    expect(values.of('tool 10000')).toBe(values.of('tool 29999'));
    expect(values.of('tool 0')).toEqual({ made: 1 });
  });
});
