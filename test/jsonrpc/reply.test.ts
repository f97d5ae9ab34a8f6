import { describe, expect, it } from 'vitest';
import { errorReply, resultReply } from '../../src/jsonrpc/reply.js';

describe('replies', () => {
  it('carry the id as JSON text, null where there is none', () => {
    expect(errorReply('9007199254740993', -32600, 'no')).toBe(
      '{"jsonrpc":"2.0","id":9007199254740993,"error":{"code":-32600,"message":"no"}}',
    );
    expect(errorReply(null, -32700, 'a "quoted" line\n')).toBe(
      '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"a \\"quoted\\" line\\n"}}',
    );
  });

  it('carry data and results', () => {
    expect(errorReply('1', -32000, 'no', { a: 1 })).toContain('"message":"no","data":{"a":1}}');
    expect(resultReply('"x"', '{"n":1.0}')).toBe('{"jsonrpc":"2.0","id":"x","result":{"n":1.0}}');
  });
});
