import { describe, expect, it } from 'vitest';
import { LineFramer } from '../../src/jsonrpc/framing.js';
import { readOversize } from '../../src/jsonrpc/oversize.js';
import { feed } from './support/feed.js';

const LONG = 'x'.repeat(200_000);

/** What is left of a message above the limit, read. */
function read(text: string): { id: string | undefined; kind: string | undefined } {
  const [frame] = feed(new LineFramer(100_000), Buffer.from(`${text}\n`));
  if (frame?.kind !== 'oversize') throw new Error('not cut');
  const { id, kind } = readOversize(frame.head, frame.tail);
  return { id: id?.raw, kind };
}

describe('readOversize', () => {
  it.each([
    ['in front', `{"jsonrpc":"2.0","id":"a","result":{"text":"${LONG}"}}`, '"a"', 'response'],
    [
      'at the end',
      `{"jsonrpc":"2.0","result":{"text":"${LONG}"},"id":9007199254740993}`,
      '9007199254740993',
      'response',
    ],
    [
      'at the end, with white space',
      `{"result":"${LONG}" , "id" : "x y" } \r`,
      '"x y"',
      'response',
    ],
    ['of a request', `{"id":1,"method":"tools/call","params":{"text":"${LONG}"}}`, '1', 'request'],
    [
      'of a request that does not show its method',
      `{"id":1,"params":{"text":"${LONG}"},"method":"x"}`,
      '1',
      'request',
    ],
    ['of an error', `{"id":1,"error":{"message":"${LONG}"}}`, '1', 'response'],
  ])('finds the id %s', (_, text, id, kind) => {
    expect(read(text)).toEqual({ id, kind });
  });

  it.each([
    ['in between', `{"a":"${LONG}","id":1,"b":"${LONG}"}`],
    ['missing', `{"method":"log","params":{"text":"${LONG}"}}`],
    ['deeper', `{"result":{"text":"${LONG}","id":1}}`],
    ['in a text', `{"result":"${LONG}\\"id\\":1}"}`],
    ['in a batch', `[{"id":1,"result":"${LONG}"},{"id":2}]`],
    ['of no kind', `{"id":null,"result":"${LONG}"}`],
  ])('finds none that is %s', (_, text) => {
    expect(read(text).id).toBeUndefined();
  });

  it('does not take a number for the id that the cut made shorter', () => {
    const head = Buffer.from('{"result":1,"id":12');
    expect(readOversize(head, Buffer.from('34}')).id).toBeUndefined();
  });
});
