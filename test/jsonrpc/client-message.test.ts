import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, sha256Hex } from '../../src/evidence/canonical.js';
import { type ClientMessage, readClientMessage } from '../../src/jsonrpc/client-message.js';
import { ErrorCode } from '../../src/jsonrpc/error-code.js';
import { clientMessage, type WrittenMember } from './support/client-text.js';
import { damaged, jsonText } from './support/json-text.js';

const RUNS = { numRuns: 3_000 };

const read = (text: string): ClientMessage => readClientMessage(Buffer.from(text));

function callOf(params: string, id = '1'): ClientMessage {
  return read(`{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":${params}}`);
}

function argsHash(text: string): string {
  const message = callOf(`{"name":"pay","arguments":${text}}`);
  if (message.kind !== 'call') throw new Error(`not a call: ${text}`);
  return sha256Hex(canonicalJson({ tool: message.tool, arguments: message.args }));
}

/** How parsers choose among members: the exact name or any case (as Go folds it), the first or the last. */
function readings(members: readonly WrittenMember[], name: string): unknown[] {
  const folded = new RegExp(`^${name}$`, 'iu');
  const exact = members.filter(({ key }) => key === name);
  const alike = members.filter(({ key }) => folded.test(key));
  return [exact[0], exact.at(-1), alike[0], alike.at(-1)].map(
    (member): unknown => member && JSON.parse(member.text),
  );
}

describe('a message in several lines', () => {
  const pretty = JSON.stringify(
    { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'pay', arguments: { a: 1 } } },
    null,
    2,
  );

  it.each(['\n', '\r\n', '\r'])('is read as the body of a request, with %j in it', (end) => {
    const bytes = Buffer.from(pretty.replaceAll('\n', end));
    expect(readClientMessage(bytes, 'body')).toMatchObject({
      ...{ kind: 'call', tool: 'pay', args: { a: 1 }, id: { raw: '1' } },
    });
  });

  it('is refused as a line, for a carriage return may end one', () => {
    const bytes = Buffer.from(pretty.replaceAll('\n', '\r'));
    expect(readClientMessage(bytes)).toMatchObject({ code: ErrorCode.ParseError });
    expect(readClientMessage(bytes, 'line')).toMatchObject({ code: ErrorCode.ParseError });
  });

  it('is refused with a line end inside a text', () => {
    const bytes = Buffer.from('{"id":1,"method":"pi\rng"}');
    expect(readClientMessage(bytes, 'body')).toMatchObject({ code: ErrorCode.ParseError });
  });
});

describe('what some parser takes for a tools/call', () => {
  it('is judged as one or refused, whatever the spelling', () => {
    fc.assert(
      fc.property(clientMessage, ({ text, members }) => {
        if (!readings(members, 'method').includes('tools/call')) return;
        const message = read(text);
        expect(['call', 'invalid']).toContain(message.kind);
        // No parser may see another method, or other params, than those that were judged.
        if (message.kind !== 'call') return;
        expect(new Set(readings(members, 'method'))).toEqual(new Set(['tools/call']));
        const params = readings(members, 'params').map((value) => JSON.stringify(value));
        expect(new Set(params).size).toBe(1);
      }),
      RUNS,
    );
  });

  it('is found in a batch too', () => {
    fc.assert(
      fc.property(fc.array(clientMessage, { minLength: 1, maxLength: 4 }), (messages) => {
        const texts = messages.map(({ text }) => text);
        const batch = read(`[${texts.join(' ,\t')}]`);
        if (batch.kind !== 'batch') throw new Error(batch.kind);
        expect(batch.elements.map(({ bytes }) => bytes.toString())).toEqual(texts);
        expect(batch.elements.map(({ message }) => plain(message))).toEqual(
          texts.map((text) => plain(read(text))),
        );
      }),
      RUNS,
    );
  });

  it('is found after a byte went wrong', () => {
    fc.assert(
      fc.property(damaged(clientMessage.map(({ text }) => text)), (bytes) => {
        const message = readClientMessage(bytes);
        let value: unknown;
        try {
          value = JSON.parse(bytes.toString('utf8'));
        } catch {
          expect(message).toMatchObject({ kind: 'invalid', code: ErrorCode.ParseError });
          return;
        }
        const isCall =
          typeof value === 'object' &&
          value !== null &&
          Object.entries(value).some(([key, v]) => /^method$/iu.test(key) && v === 'tools/call');
        if (isCall) expect(['call', 'invalid']).toContain(message.kind);
      }),
      RUNS,
    );
  });
});

/** Without the function, which is never equal to another. */
function plain(message: ClientMessage): unknown {
  return message.kind === 'call' ? { ...message, ambiguousArgs: message.ambiguousArgs() } : message;
}

it('never throws, whatever bytes arrive', () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), damaged(jsonText)), (bytes) => {
      const message = readClientMessage(Buffer.from(bytes));
      if (message.kind === 'call') message.ambiguousArgs();
    }),
    RUNS,
  );
});

describe('a tools/call', () => {
  it.each([
    ['plain', '{"id":1,"method":"tools/call","params":{"name":"pay"}}'],
    ['after a byte order mark', '\ufeff{"id":1,"method":"tools/call","params":{"name":"pay"}}'],
    ['with an escaped slash', '{"id":1,"method":"tools\\/call","params":{"name":"pay"}}'],
    ['with an escaped letter', '{"id":1,"method":"tools\\u002fcall","params":{"name":"pay"}}'],
    ['with an escaped key', '{"id":1,"m\\u0065thod":"tools/call","params":{"name":"pay"}}'],
    ['with its members in any order', '{"params":{"name":"pay"},"method":"tools/call","id":1}'],
    ['with a result beside', '{"id":1,"result":{},"method":"tools/call","params":{"name":"pay"}}'],
    ['with white space', ' { "id" : 1 , "method":"tools/call" ,"params" : {"name":"pay"} } '],
  ])('is one %s', (_, text) => {
    const message = read(text);
    expect(message).toMatchObject({ kind: 'call', tool: 'pay', args: {}, meta: {} });
    expect(message).toMatchObject({ id: { raw: '1' } });
  });

  it('is one without an id', () => {
    expect(read('{"method":"tools/call","params":{"name":"pay"}}')).toMatchObject({
      kind: 'call',
      id: undefined,
    });
  });

  it('has arguments and _meta', () => {
    const message = callOf('{"name":"a","arguments":{"n":1.50},"_meta":{"progressToken":7}}');
    expect(message).toMatchObject({ args: { n: 1.5 }, meta: { progressToken: 7 } });
  });

  it.each([
    ['params missing', '{"id":1,"method":"tools/call"}'],
    ['params an array', '{"id":1,"method":"tools/call","params":["pay"]}'],
    ['params null', '{"id":1,"method":"tools/call","params":null}'],
    ['no name', '{"id":1,"method":"tools/call","params":{}}'],
    ['a name that is a number', '{"id":1,"method":"tools/call","params":{"name":1}}'],
    ['arguments null', '{"id":1,"method":"tools/call","params":{"name":"p","arguments":null}}'],
    ['arguments an array', '{"id":1,"method":"tools/call","params":{"name":"p","arguments":[]}}'],
  ])('with %s is refused as -32602, with its id', (_, text) => {
    expect(read(text)).toMatchObject({
      kind: 'invalid',
      code: ErrorCode.InvalidParams,
      id: { raw: '1' },
      silent: false,
    });
    // A notification is never answered.
    expect(read(text.replace('"id":1,', ''))).toMatchObject({ kind: 'invalid', silent: true });
  });

  it.each([
    ['method', '{"id":1,"method":"ping","method":"tools/call","params":{"name":"p"}}'],
    ['method in another case', '{"id":1,"Method":"tools/call","params":{"name":"p"}}'],
    ['method with an escape', '{"id":1,"method":"ping","meth\\u006fd":"ping"}'],
    ['id', '{"id":1,"id":2,"method":"ping"}'],
    ['params', '{"id":1,"method":"tools/call","params":{"name":"p"},"params":{"name":"q"}}'],
    ['params.name', '{"id":1,"method":"tools/call","params":{"name":"p","name":"q"}}'],
    [
      'params as Go folds it',
      '{"id":1,"method":"tools/call","params":{"name":"p"},"param\u017f":{"name":"q"}}',
    ],
    ['params.Name', '{"id":1,"method":"tools/call","params":{"name":"p","Name":"q"}}'],
    [
      'params.arguments',
      '{"id":1,"method":"tools/call","params":{"name":"p","arguments":{},"arguments":{"a":1}}}',
    ],
    [
      'params.requestState',
      '{"id":1,"method":"tools/call","params":{"name":"p","requestState":"a","requestState":"b"}}',
    ],
    [
      'params.inputResponses',
      '{"id":1,"method":"tools/call","params":{"name":"p","inputResponses":{},"InputResponses":{}}}',
    ],
    ['params.taskId', '{"id":1,"method":"tasks/get","params":{"taskId":"a","taskId":"b"}}'],
  ])('with %s twice is refused as -32600', (_, text) => {
    expect(read(text)).toMatchObject({ kind: 'invalid', code: ErrorCode.InvalidRequest });
  });

  it('tells whether it continues another, and whether it asks for a task', () => {
    expect(callOf('{"name":"p"}')).toMatchObject({ round: undefined, asTask: false });
    expect(callOf('{"name":"p","inputResponses":{"a":1},"task":{}}')).toMatchObject({
      round: { inputResponses: { a: 1 }, requestState: undefined },
      asTask: true,
    });
    expect(callOf('{"name":"p","requestState":"s","task":true}')).toMatchObject({
      round: { inputResponses: undefined, requestState: 's' },
      asTask: false,
    });
  });

  it('tells when an object inside its arguments has a member twice', () => {
    const ambiguous = (args: string) => {
      const message = callOf(`{"name":"p","arguments":${args}}`);
      return message.kind === 'call' && message.ambiguousArgs();
    };
    expect(ambiguous('{"a":{"b":1,"c":2},"b":[{"b":1},{"b":2}]}')).toBe(false);
    expect(ambiguous('{"a":":\\"","b":"{\\"a\\":1,\\"a\\":2}"}')).toBe(false);
    expect(ambiguous('{"__proto__":1,"a":{"__proto__":{"a":1}}}')).toBe(false);
    expect(ambiguous('{"a":1,"a":1}')).toBe(true);
    expect(ambiguous('{"a":[{"b":1,"\\u0062":2}]}')).toBe(true);
    expect(ambiguous('{"__proto__":1,"__proto__":2}')).toBe(true);
  });
});

describe('other messages', () => {
  it.each([
    ['{"id":"x","method":"ping"}', { kind: 'request', method: 'ping', id: { raw: '"x"' } }],
    ['{"method":"ping"}', { kind: 'notification', method: 'ping' }],
    ['{"id":1,"result":{}}', { kind: 'response', id: { raw: '1' } }],
    ['{"id":1,"error":{}}', { kind: 'response' }],
    ['{"id":null,"error":{}}', { kind: 'response', id: undefined }],
    ['{"id":1,"method":"tools/calls"}', { kind: 'request', method: 'tools/calls' }],
    ['{"__proto__":{"method":"tools/call"},"id":1,"method":"ping"}', { kind: 'request' }],
  ])('%s', (text, expected) => {
    expect(read(text)).toMatchObject(expected);
  });

  it.each([
    ['', ErrorCode.ParseError],
    ['hello', ErrorCode.ParseError],
    ['{"a":1}{"a":1}', ErrorCode.ParseError],
    ['\ufeff\ufeff{"method":"ping"}', ErrorCode.ParseError],
    ['{"method":\r"ping"}', ErrorCode.ParseError],
    ['{"a":NaN}', ErrorCode.ParseError],
    ['42', ErrorCode.InvalidRequest],
    ['null', ErrorCode.InvalidRequest],
    ['"x"', ErrorCode.InvalidRequest],
    ['{}', ErrorCode.InvalidRequest],
    ['[]', ErrorCode.InvalidRequest],
    ['{"id":null,"method":"ping"}', ErrorCode.InvalidRequest],
    ['{"id":{},"method":"tools/call","params":{"name":"p"}}', ErrorCode.InvalidRequest],
    ['{"id":true,"method":"ping"}', ErrorCode.InvalidRequest],
    ['{"id":1,"method":null}', ErrorCode.InvalidRequest],
    ['{"id":1,"method":["tools/call"]}', ErrorCode.InvalidRequest],
  ])('%j is refused', (text, code) => {
    expect(read(text)).toMatchObject({ kind: 'invalid', code, silent: false });
  });

  it('refuses invalid UTF-8, which servers read in different ways', () => {
    const bytes = Buffer.from('{"id":1,"method":"tools/call?","params":{"name":"p"}}');
    bytes[bytes.indexOf('?')] = 0xff;
    expect(readClientMessage(bytes)).toMatchObject({ kind: 'invalid', code: ErrorCode.ParseError });
  });

  it('refuses a batch inside a batch', () => {
    expect(read('[[{"id":1,"method":"ping"}]]')).toMatchObject({
      kind: 'batch',
      elements: [{ message: { kind: 'invalid', code: ErrorCode.InvalidRequest } }],
    });
  });

  it('reads what is nested very deeply', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(callOf(`{"name":"p","arguments":{"a":${deep}}}`).kind).toBe('call');
  });
});

describe('the arguments of two calls', () => {
  it('differ when one 64-bit integer does', () => {
    const integer = fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n });
    const near = fc.bigInt({ min: -3n, max: 3n });
    const path = fc.array(fc.constantFrom('a', 'b'), { maxLength: 3 });
    fc.assert(
      fc.property(integer, fc.oneof(near, integer), path, (first, change, keys) => {
        const second = first + change;
        const text = (value: bigint) =>
          keys.reduce((inner, key) => `{"${key}":[${inner}]}`, `{"amount":${value}}`);
        expect(argsHash(text(first)) === argsHash(text(second))).toBe(first === second);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['1 and 1.0', '{"a":1}', '{"a":1.0}'],
    ['100 and 1e2', '{"a":100}', '{"a":1e2}'],
    ['the order of members', '{"a":1,"b":{"c":2,"d":3}}', '{"b":{"d":3,"c":2},"a":1}'],
    ['escapes', '{"\\u0061":"\\u00e9\\/"}', '{"a":"é/"}'],
    ['white space', '{"a":[1,2]}', '{ "a" : [ 1 , 2 ] }'],
    ['0 and -0', '{"a":0}', '{"a":-0}'],
  ])('are the same but for %s', (_, first, second) => {
    expect(argsHash(first)).toBe(argsHash(second));
  });

  it.each([
    ['1 and "1"', '{"a":1}', '{"a":"1"}'],
    ['null and missing', '{"a":null}', '{}'],
    ['the order of elements', '{"a":[1,2]}', '{"a":[2,1]}'],
    ['numbers beyond a double', '{"a":1e400}', '{"a":1e401}'],
    ['a digit in the name', '{"9007199254740993":1}', '{"9007199254740992":1}'],
  ])('differ: %s', (_, first, second) => {
    expect(argsHash(first)).not.toBe(argsHash(second));
  });
});
