import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DecisionNote, refusalReply, replayReply } from '../../src/proxy/refusal.js';
import { objectText } from '../jsonrpc/support/json-text.js';
import { callMessage } from './support/messages.js';

const NOTE: DecisionNote = {
  action: 'refuse',
  check: 'budget',
  reason: 'Too dear.',
  tool: 'pay',
  runId: 'run_1',
  tripId: 'fg_000000000001',
  details: { estimatedUsd: 0.1 },
};
const DECISION = {
  action: 'refuse',
  check: 'budget',
  reason: 'Too dear.',
  tool: 'pay',
  runId: 'run_1',
  tripId: 'fg_000000000001',
  estimatedUsd: 0.1,
};
const speaks = (version: string) =>
  callMessage(
    `{"name":"pay","_meta":{"io.modelcontextprotocol/protocolVersion":${JSON.stringify(version)}}}`,
  );

describe('refusalReply', () => {
  it('is a tool result that the model gets to see', () => {
    expect(JSON.parse(refusalReply(callMessage(), NOTE, 'Stop.', 'result'))).toEqual({
      jsonrpc: '2.0',
      id: 1,
      result: {
        content: [{ type: 'text', text: 'fuze: Too dear. Stop.' }],
        isError: true,
        _meta: { 'fuze/decision': DECISION },
      },
    });
  });

  it('is a JSON-RPC error with the same data where that is wanted', () => {
    expect(JSON.parse(refusalReply(callMessage(), NOTE, 'Stop.', 'error'))).toEqual({
      jsonrpc: '2.0',
      id: 1,
      error: { code: -32000, message: 'fuze: Too dear. Stop.', data: DECISION },
    });
  });

  it.each(['9007199254740993', '"\\u0061"', '1.50', '""', '0'])(
    'carries the id %s digit for digit',
    (id) => {
      for (const as of ['result', 'error'] as const) {
        expect(refusalReply(callMessage(undefined, id), NOTE, '', as)).toContain(`"id":${id},`);
      }
      expect(replayReply(callMessage(undefined, id), NOTE, '{}')).toContain(`"id":${id},`);
    },
  );

  it.each([
    ['2026-07-28', 'complete'],
    ['2027-01-01', 'complete'],
    ['2026-07-27', undefined],
    ['2025-06-18', undefined],
  ])('for a request that speaks %s has resultType %s', (version, resultType) => {
    for (const reply of [
      refusalReply(speaks(version), NOTE, '', 'result'),
      replayReply(speaks(version), NOTE, undefined),
    ]) {
      expect(JSON.parse(reply).result.resultType).toBe(resultType);
    }
  });
});

describe('replayReply', () => {
  const replayed = (recorded: string | undefined): string => {
    const reply = replayReply(callMessage(), NOTE, recorded);
    expect(reply.startsWith('{"jsonrpc":"2.0","id":1,"result":')).toBe(true);
    return reply.slice('{"jsonrpc":"2.0","id":1,"result":'.length, -1);
  };
  const note = `"fuze/decision":${JSON.stringify(DECISION)}`;

  it.each([
    ['{"n":1.0,"s":"\\u00e9"}', `{"n":1.0,"s":"\\u00e9","_meta":{${note}}}`],
    ['{}', `{"_meta":{${note}}}`],
    ['{"_meta":{"a":1.0},"b":2}', `{"_meta":{"a":1.0,${note}},"b":2}`],
    ['{"_meta":{ }}', `{"_meta":{ ${note}}}`],
    [' { "a" : {} } ', ` { "a" : {} ,"_meta":{${note}}} `],
  ])('puts the decision into %s and changes nothing else', (recorded, expected) => {
    expect(replayed(recorded)).toBe(expected);
  });

  it('adds the decision to whatever object was recorded', () => {
    fc.assert(
      fc.property(objectText, (recorded) => {
        const result: unknown = JSON.parse(replayed(recorded));
        const before: Record<string, unknown> = JSON.parse(recorded);
        expect(result).toEqual({ ...before, _meta: { 'fuze/decision': DECISION } });
      }),
      { numRuns: 1_000 },
    );
  });

  it.each(['"done"', 'null', '[1,2]', '42'])('gives back %s, which has no place for it', (text) => {
    expect(replayed(text)).toBe(text);
  });

  it('says it in words where no result was kept', () => {
    expect(JSON.parse(replayed(undefined))).toEqual({
      content: [{ type: 'text', text: 'fuze: Too dear.' }],
      _meta: { 'fuze/decision': DECISION },
    });
  });
});
