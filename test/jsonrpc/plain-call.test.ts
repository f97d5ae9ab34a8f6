import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readClientMessage } from '../../src/jsonrpc/client-message.js';
import { readPlainCall } from '../../src/jsonrpc/plain-call.js';

const CALL =
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{"x":1}}}';

function plain(text: string): ReturnType<typeof readPlainCall> {
  return readPlainCall(text, JSON.parse(text));
}

describe('readPlainCall', () => {
  it('reads a call as JSON.stringify writes it', () => {
    expect(plain(CALL)).toMatchObject({
      tool: 'a',
      args: { x: 1 },
      argsBytes: 7,
      id: { raw: '1' },
    });
  });

  it.each([
    ['a space', CALL.replace(':1,', ': 1,')],
    ['a member twice', CALL.replace('"id":1', '"id":2,"id":1')],
    ['a member twice, inside the arguments', CALL.replace('"x":1', '"x":2,"x":1')],
    ['an escaped method', CALL.replace('tools/call', 'tools\\/call')],
    ['1.0', CALL.replace('"x":1', '"x":1.0')],
    ['a number beyond 2^53', CALL.replace('"x":1', '"x":9007199254740993')],
    ['an id beyond 2^53', CALL.replace('"id":1', '"id":9007199254740993')],
    ['a name in another case', CALL.replace('"params"', '"Params":{},"params"')],
    ['a name in another case, in params', CALL.replace('"name":"a"', '"Name":"b","name":"a"')],
    ['a further round', CALL.replace('"name"', '"requestState":"s","name"')],
    ['a task', CALL.replace('"name"', '"task":{},"name"')],
    ['no id', CALL.replace('"id":1,', '')],
    ['an id of null', CALL.replace('"id":1', '"id":null')],
    ['arguments that are no object', CALL.replace('{"x":1}', '[1]')],
    ['another method', CALL.replace('tools/call', 'tools/list')],
  ])('leaves to others what has %s', (_, text) => {
    expect(plain(text)).toBeUndefined();
  });

  it('says of every call what the careful reading says', () => {
    const anyCall = fc.record({
      jsonrpc: fc.constant('2.0'),
      id: fc.oneof(fc.nat(), fc.string()),
      method: fc.constant('tools/call'),
      params: fc.record(
        {
          name: fc.string(),
          arguments: fc.dictionary(fc.string(), fc.jsonValue()),
          _meta: fc.dictionary(fc.string(), fc.jsonValue()),
        },
        { requiredKeys: ['name'] },
      ),
    });
    fc.assert(
      fc.property(anyCall, (call) => {
        const text = JSON.stringify(call);
        const read = plain(text);
        // A space makes it a message that is read with care.
        const careful = readClientMessage(Buffer.from(text.replace('{', '{ ')));
        if (read === undefined) return;
        const { ambiguousArgs: isAmbiguous, ...rest } = read;
        expect(isAmbiguous()).toBe(false);
        expect(careful).toMatchObject(rest);
      }),
    );
  });
});
