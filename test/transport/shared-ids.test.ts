import { describe, expect, it } from 'vitest';
import { answerSpans, askedSpans } from '../../src/transport/shared-ids.js';

const asked = (text: string): ReturnType<typeof askedSpans> => askedSpans(Buffer.from(text));

/** Of a message that can be read. */
function read(text: string): Exclude<ReturnType<typeof askedSpans>, string | undefined> {
  const spans = asked(text);
  if (spans === undefined || typeof spans === 'string') throw new Error(String(spans));
  return spans;
}

const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId';

describe('askedSpans', () => {
  it('finds the id and the token as the client wrote them', () => {
    const text = ' {"id": 1e2 ,"method":"a","params":{"_meta":{"progressToken":"\\u0041"}}}';
    const { method, id, progressToken } = read(text);
    expect(method).toBe('a');
    expect([id?.text, progressToken?.text]).toEqual(['1e2', '"\\u0041"']);
    expect(text.slice(id?.start, id?.end)).toBe('1e2');
    expect(text.slice(progressToken?.start, progressToken?.end)).toBe('"\\u0041"');
  });

  it('reads names that are written with escapes', () => {
    const text =
      '{"\\u0069d":1,"m\\u0065thod":"x","params":{"_m\\u0065ta":{"progress\\u0054oken":2}}}';
    const { method, id, progressToken } = read(text);
    expect([method, id?.text, progressToken?.text]).toEqual(['x', '1', '2']);
  });

  it('takes for a token what stands in params._meta alone', () => {
    const inArgs =
      '{"id":1,"params":{"arguments":{"_meta":{"progressToken":1}},"progressToken":2}}';
    expect(read(inArgs).progressToken).toBeUndefined();
    expect(read('{"id":1,"params":[{"_meta":{}}]}').progressToken).toBeUndefined();
    expect(read('{"id":1,"params":{"_meta":"progressToken"}}').progressToken).toBeUndefined();
  });

  it.each([
    [
      'a token that stands twice',
      '{"id":1,"params":{"_meta":{"progressToken":1,"progressToken":2}}}',
    ],
    ['a _meta that stands twice', '{"id":1,"params":{"_meta":{},"_meta":{"progressToken":2}}}'],
  ])('refuses %s, which two parsers would read in two ways', (_, text) => {
    expect(asked(text)).toMatch(/^params/);
  });

  it.each([
    ['a batch', '[{"id":1,"method":"a"}]'],
    ['no object', '7'],
    ['nothing', ''],
    ['an id that is none', '{"id":{},"method":"a"}'],
    ['an id that stands twice', '{"id":1,"id":2,"method":"a"}'],
  ])('leaves %s to whoever reads messages', (_, text) => {
    expect(asked(text)).toBeUndefined();
  });

  it('sees who wants log messages', () => {
    const wants = '{"id":1,"params":{"_meta":{"io.modelcontextprotocol/logLevel":"info"}}}';
    expect(read(wants).wantsLogs).toBe(true);
    expect(read('{"id":1,"params":{"_meta":{}}}').wantsLogs).toBe(false);
  });
});

describe('answerSpans', () => {
  const spans = (text: string): ReturnType<typeof answerSpans> => answerSpans(Buffer.from(text));

  it('tells an answer by its id', () => {
    const { id, isRequest, isLog, progressToken } = spans('{"result":{"progressToken":2},"id":7}');
    expect([id?.text, isRequest, isLog, progressToken]).toEqual(['7', false, false, undefined]);
  });

  it('tells the progress of a call by its token', () => {
    const text = '{"method":"notifications/progress","params":{"progress":1,"progressToken":7}}';
    expect(spans(text).progressToken?.text).toBe('7');
  });

  it('takes no member of other notifications for a token', () => {
    const text = '{"method":"notifications/message","params":{"progressToken":7}}';
    expect([spans(text).progressToken, spans(text).isLog]).toEqual([undefined, true]);
  });

  it.each([
    ['a notification', `{"method":"notifications/x","params":{"_meta":{"${SUBSCRIPTION}":7}}}`],
    ['the final result', `{"id":7,"result":{"_meta":{"${SUBSCRIPTION}":7}}}`],
  ])('finds the subscription that %s belongs to', (_, text) => {
    expect(spans(text).subscription?.text).toBe('7');
  });

  it('sees that the server asks something', () => {
    expect(spans('{"id":7,"method":"roots/list"}').isRequest).toBe(true);
  });
});
