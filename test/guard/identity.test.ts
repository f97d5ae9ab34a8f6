import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/evidence/canonical.js';
import { callHash, effectHash } from '../../src/guard/identity.js';
import { PLAIN_TOOL } from './support/settings.js';

type Change = Partial<typeof PLAIN_TOOL>;
const parsed = (text: string): Record<string, unknown> => JSON.parse(text);
// The canonical text in place of its hash, so that it can be read.
const call = (text: string, change: Change = {}) =>
  callHash('t', parsed(text), { ...PLAIN_TOOL, ...change }, canonicalJson);
const effect = (text: string, change: Change = {}) =>
  effectHash('t', parsed(text), { ...PLAIN_TOOL, ...change }, canonicalJson);

describe('callHash', () => {
  it('is over the canonical tool and arguments', () => {
    expect(call('{"b":1.0,"a":{"d":1,"c":2}}')).toBe(
      '{"arguments":{"a":{"c":2,"d":1},"b":1},"tool":"t"}',
    );
  });

  it('leaves ignored members out, at the top', () => {
    expect(call('{"a":1,"id":2,"b":{"id":3}}', { ignoreArgs: ['id', 'x'] })).toBe(
      '{"arguments":{"a":1,"b":{"id":3}},"tool":"t"}',
    );
  });

  it('sees a member called __proto__', () => {
    const change = { ignoreArgs: ['x'] };
    expect(call('{"__proto__":{"a":1}}', change)).not.toBe(call('{"__proto__":{"a":2}}', change));
    expect(call('{"__proto__":{"a":1}}', change)).not.toBe(call('{}', change));
  });
});

describe('effectHash', () => {
  it('is that of the call where nothing else is said', () => {
    const change = { ignoreArgs: ['id'] };
    expect(effect('{"a":1,"id":2}', change)).toBe(call('{"a":1,"id":2}', change));
  });

  it('is over the deciding members alone, also ignored ones', () => {
    const change = { idempotencyArgs: ['order', 'id'], ignoreArgs: ['id'] };
    expect(effect('{"order":1,"id":2,"note":"x"}', change)).toBe(
      '{"arguments":{"id":2,"order":1},"tool":"t"}',
    );
  });

  it('is over all of them where no deciding one is there: they would all be the same', () => {
    const change = { idempotencyArgs: ['order'] };
    expect(effect('{"note":"x"}', change)).toBe(call('{"note":"x"}'));
  });
});
