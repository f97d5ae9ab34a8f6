import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPlainAnswer } from '../../src/jsonrpc/plain-answer.js';
import type { Member } from '../../src/jsonrpc/scan.js';
import { readAnyMessage } from '../../src/jsonrpc/server-message.js';
import { inScannedMemory } from './support/in-scanned-memory.js';
import { damaged, jsonText, objectText } from './support/json-text.js';

const plain = (text: string) => readPlainAnswer(Buffer.from(text));

/** Whatever is read as a plain answer must be the very answer that the careful reading finds. */
function expectAgreement(bytes: Buffer): void {
  const read = readPlainAnswer(bytes);
  if (read !== undefined) expect(readAnyMessage(bytes)).toEqual(read);
}

describe('readPlainAnswer', () => {
  it.each([
    '{"jsonrpc":"2.0","id":1,"result":{}}',
    '{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"a \\"b\\\\"}]}}',
    '{"id":1,"result":{"content":[{"type":"text","text":""}],"isError":true}}',
    '{"id":1,"result":{"content":[{"type":"text","text":""},{"type":"text","text":""}]}}',
    '{"id":1,"result":{"content":[{"type":"text","text":"","_meta":{}}]}}',
    '{"result":{"content":[]},"jsonrpc":"2.0","id":"a"}',
    '{ "id" : 7 , "result" : { "isError" : true } }',
  ])('reads %s', (text) => {
    expect(plain(text)).toMatchObject({ kind: 'answer' });
    expectAgreement(Buffer.from(text));
  });

  it.each([
    ['an error', '{"id":1,"error":{}}'],
    ['a method', '{"id":1,"method":"x","result":{}}'],
    ['an id twice', '{"id":1,"id":1,"result":{}}'],
    ['a result twice', '{"id":1,"result":{},"result":{}}'],
    ['a result that is no object', '{"id":1,"result":[]}'],
    ['an escaped name', '{"\\u0069d":1,"result":{}}'],
    ['an escaped name in its result', '{"id":1,"result":{"\\u0069sError":true}}'],
    ['an escaped id', '{"id":"\\u0061","result":{}}'],
    ['an id of 1.0', '{"id":1.0,"result":{}}'],
    ['an id that a double cannot hold', '{"id":9007199254740993,"result":{}}'],
    ['no id', '{"result":{}}'],
    ['no result', '{"id":1}'],
    ['something after it', '{"id":1,"result":{}}x'],
  ])('leaves to others what has %s', (_, text) => {
    expect(plain(text)).toBeUndefined();
  });

  const members = fc.record(
    { _meta: jsonText, isError: jsonText, task: jsonText, x: objectText, resultType: jsonText },
    { requiredKeys: [] },
  );
  const anyAnswer = fc.record({ id: jsonText, members, space: fc.constantFrom('', ' ') });

  it('says of every answer what the careful reading says', () => {
    fc.assert(
      fc.property(anyAnswer, ({ id, members: inside, space }) => {
        const parts = Object.entries(inside).map(([name, text]) => `"${name}":${space}${text}`);
        const result = `{${space}${parts.join(`${space},`)}}`;
        expectAgreement(Buffer.from(`{"jsonrpc":"2.0","id":${id},"result":${result}}${space}`));
        expectAgreement(Buffer.from(`{"result":${result}${space},"id":${space}${id}}`));
      }),
    );
  });

  it('is read the same among others, whatever they hold', () => {
    const members = [
      '"id":1',
      '"result":{',
      '"a":[1,',
      '"text',
      '"',
      '\\',
      '}',
      ']}',
      ',',
      ' ',
      '1',
    ];
    const others = fc
      .array(fc.constantFrom(...members, '\n', '{"id":1,"result":{}}\n'), { maxLength: 8 })
      .map((parts) => Buffer.from(parts.join('')));
    const line = damaged(
      fc.constantFrom(
        '{"jsonrpc":"2.0","id":12,"result":{"content":[{"type":"text","text":"a"}],"isError":true}}\n',
        `{"result":{"_meta":{"a":[1,{"b":"${'long '.repeat(20)}"}]} },"id":1} \r\n`,
      ),
    );
    const seenOrNot = fc.constantFrom(
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => inScannedMemory(bytes, 3),
    );
    fc.assert(
      fc.property(others, line, others, seenOrNot, (before, text, after, memoryFor) => {
        const bytes = memoryFor(Buffer.concat([before, text, after]));
        const start = before.length;
        const end = start + text.length;
        const among = readPlainAnswer(bytes, start, end);
        const alone = readPlainAnswer(text);
        const shift = ({ keyStart, keyEnd, valueStart, valueEnd }: Member): Member => ({
          keyStart: keyStart + start,
          keyEnd: keyEnd + start,
          valueStart: valueStart + start,
          valueEnd: valueEnd + start,
        });
        const resultMembers = alone && [...alone.resultMembers];
        expect(among && { ...among, bytes: undefined }).toEqual(
          alone && {
            ...alone,
            bytes: undefined,
            result: alone.result && shift(alone.result),
            resultMembers: new Map(resultMembers?.map(([name, at]) => [name, shift(at)])),
          },
        );
      }),
      { numRuns: 3_000 },
    );
  });

  it('says of every text what the careful reading says, however it was damaged', () => {
    const known = fc.constantFrom(
      '{"jsonrpc":"2.0","id":12,"result":{"content":[{"a":"b"}],"isError":false}}',
      '{"id":1,"result":{"content":[{"type":"text","text":"a"}]}}',
    );
    fc.assert(
      fc.property(damaged(known), (text) => expectAgreement(Buffer.from(text))),
      { numRuns: 3_000 },
    );
  });
});
