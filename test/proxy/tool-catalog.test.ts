import { describe, expect, it } from 'vitest';
import { ToolCatalog } from '../../src/proxy/tool-catalog.js';

const list = (...tools: unknown[]): string => JSON.stringify({ tools });
const tool = (name: string, annotations?: unknown) => ({ name, annotations });
const NONE = { readOnly: false, destructive: false };

describe('ToolCatalog', () => {
  it('knows nothing of a tool that was never listed', () => {
    expect(new ToolCatalog().hints('a')).toEqual(NONE);
  });

  it.each([
    [undefined, NONE],
    [{}, NONE],
    [{ readOnlyHint: true }, { readOnly: true, destructive: false }],
    [{ readOnlyHint: false }, NONE],
    [{ destructiveHint: true }, { readOnly: false, destructive: true }],
    // What reads only destroys nothing.
    [
      { readOnlyHint: true, destructiveHint: true },
      { readOnly: true, destructive: false },
    ],
    [{ readOnlyHint: 'true', destructiveHint: 1 }, NONE],
    [['readOnlyHint'], NONE],
    [null, NONE],
  ])('reads %j', (annotations, hints) => {
    const catalog = new ToolCatalog();
    catalog.note(list(tool('a', annotations)));
    expect(catalog.hints('a')).toEqual(hints);
  });

  it('joins pages, and a later list has the last word', () => {
    const catalog = new ToolCatalog();
    catalog.note(list(tool('a', { readOnlyHint: true })));
    catalog.note(list(tool('b', { readOnlyHint: true })));
    expect(catalog.hints('a').readOnly).toBe(true);
    catalog.note(list(tool('a')));
    expect([catalog.hints('a').readOnly, catalog.hints('b').readOnly]).toEqual([false, true]);
  });

  it.each(['', 'not json', 'null', '[]', '{"tools":{}}', '{"tools":[null,1,{"name":1}]}'])(
    'passes over %j',
    (text) => {
      const catalog = new ToolCatalog();
      catalog.note(text);
      catalog.note(list(tool('a', { readOnlyHint: true })));
      expect(catalog.hints('a').readOnly).toBe(true);
    },
  );

  it('holds 10,000 tools, and those that it has can still change', () => {
    const catalog = new ToolCatalog();
    const readOnly = { readOnlyHint: true };
    const names = Array.from({ length: 10_001 }, (_, index) => `tool ${index}`);
    catalog.note(list(...names.map((name) => tool(name, readOnly))));
    expect(catalog.hints('tool 9999').readOnly).toBe(true);
    expect(catalog.hints('tool 10000').readOnly).toBe(false);
    catalog.note(list(tool('tool 0')));
    expect(catalog.hints('tool 0').readOnly).toBe(false);
  });

  it('reads many lists that nobody asked about', () => {
    const catalog = new ToolCatalog();
    for (let page = 0; page < 100; page += 1)
      catalog.note(list(tool(`tool ${page}`, { readOnlyHint: true })));
    expect(catalog.hints('tool 0').readOnly).toBe(true);
    expect(catalog.hints('tool 99').readOnly).toBe(true);
  });
});
