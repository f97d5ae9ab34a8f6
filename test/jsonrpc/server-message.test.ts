import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { valueText } from '../../src/jsonrpc/scan.js';
import { readServerMessage } from '../../src/jsonrpc/server-message.js';
import { damaged, jsonText, objectText } from './support/json-text.js';

const read = (text: string) => readServerMessage(Buffer.from(text));

describe('readServerMessage', () => {
  it.each([
    ['{"jsonrpc":"2.0","id":1,"result":{}}', 'answer'],
    ['{"id":1,"error":{"code":1}}', 'answer'],
    ['{"id":1,"result":{},"error":{}}', 'answer'],
    ['{"id":1}', 'answer'],
    ['{"id":null,"error":{}}', 'answer'],
    ['{"id":1,"method":"ping"}', 'request'],
    ['{"id":"1","method":"sampling/createMessage","params":{}}', 'request'],
    ['{"method":"notifications/progress","params":{}}', 'notification'],
    ['[{"id":1,"result":{}}]', 'batch'],
    [' {"id":1,"result":{}}\r', 'answer'],
    ['Server started on port 3000', 'noise'],
    ['{}', 'noise'],
    ['{"level":"info"}', 'noise'],
    ['{"id":1,"result":{}', 'noise'],
    ['{"id":1,"result":{}} trailing', 'noise'],
    ['{"method":1}', 'noise'],
    ['[]', 'noise'],
    ['[1,', 'noise'],
    ['42', 'noise'],
    ['', 'noise'],
  ])('%s is: %s', (text, kind) => {
    expect(read(text).kind).toBe(kind);
  });

  it('finds the id wherever it stands, without parsing the result', () => {
    const long = `{"content":[{"type":"text","text":"${'"id":7,'.replaceAll('"', '\\"').repeat(100_000)}"}]}`;
    for (const text of [`{"id":1,"result":${long}}`, `{"result":${long},"id":1}`]) {
      expect(read(text)).toMatchObject({ kind: 'answer', id: { raw: '1' } });
    }
  });

  it('finds the parts of an answer and the members of its result that matter', () => {
    fc.assert(
      fc.property(objectText, jsonText, jsonText, (inner, meta, isError) => {
        const result = `{"x":${inner},"_meta":${meta},"isError":${isError}}`;
        const bytes = Buffer.from(`{"id":1 ,"a":${inner}, "result" : ${result}\n}`);
        const message = readServerMessage(bytes);
        if (message.kind !== 'answer') throw new Error(message.kind);
        expect(message.result && valueText(bytes, message.result)).toBe(result);
        const text = (name: string): string | undefined => {
          const member = message.resultMembers.get(name);
          return member && valueText(bytes, member);
        };
        expect([text('_meta'), text('isError')]).toEqual([meta, isError]);
        expect(message.error).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
  });

  it('tells what a request asks for, and passes one on that names no method', () => {
    const bytes = Buffer.from('{"id":1,"params":{"n":1.0},"method":"sampling\\/createMessage"}');
    const message = readServerMessage(bytes);
    if (message.kind !== 'request') throw new Error(message.kind);
    expect(message.method).toBe('sampling/createMessage');
    expect(message.params && valueText(bytes, message.params)).toBe('{"n":1.0}');
    expect(read('{"id":1,"method":7}')).toMatchObject({ kind: 'request', method: undefined });
  });

  it('cuts a batch into its elements', () => {
    const message = read(' [ {"id":1,"result":{}} , {"method":"a"} ] ');
    expect(message.kind === 'batch' && message.elements.map(String)).toEqual([
      '{"id":1,"result":{}}',
      '{"method":"a"}',
    ]);
  });

  it('never throws, whatever bytes arrive', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), damaged(objectText)), (bytes) => {
        expect(readServerMessage(Buffer.from(bytes)).kind).toMatch(/^[a-z]+$/);
      }),
      { numRuns: 2_000 },
    );
  });
});
