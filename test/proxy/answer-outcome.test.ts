import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/guard/tool-call.js';
import { sha256 } from '../../src/proxy/answer-digest.js';
import { asksForInput, outcomeOf } from '../../src/proxy/answer-outcome.js';
import { answer } from './support/messages.js';

const of = (members: string): Outcome => outcomeOf(answer(members), {}, sha256);

function hashOf(members: string): string {
  const outcome = of(members);
  if (outcome.kind === 'unknown') throw new Error('no hash');
  return outcome.resultHash;
}

const classOf = (members: string): string | undefined => {
  const outcome = of(members);
  return outcome.kind === 'failure' ? outcome.errorClass : undefined;
};

describe('outcomeOf', () => {
  it.each([
    ['a result', '"result":{"content":[]}', 'success'],
    ['a result with isError false', '"result":{"isError":false}', 'success'],
    ['a result that is no object', '"result":"done"', 'success'],
    ['a result that is null', '"result":null', 'success'],
    ['isError inside something else', '"result":{"structuredContent":{"isError":true}}', 'success'],
    ['isError true', '"result":{"isError":true}', 'failure'],
    ['isError true behind white space', '"result":{ "isError" : true }', 'failure'],
    ['an error', '"error":{"code":-32602,"message":"no"}', 'failure'],
    ['both', '"result":{},"error":{"code":1}', 'failure'],
    ['neither', '', 'failure'],
  ])('%s: %s is a %s', (_, members, kind) => {
    expect(of(members).kind).toBe(kind);
  });

  it('can be kept, to be read when the memory of the message is taken by the next', () => {
    const kept = (text: string, bytes: number): string | undefined => {
      const message = answer(`"result":${JSON.stringify({ content: [{ type: 'text', text }] })}`);
      const outcome = outcomeOf(message, {}, sha256);
      const read = outcome.kind === 'success' ? outcome.keep?.(bytes) : undefined;
      message.bytes.fill(0);
      return read?.();
    };
    expect(kept('small', 1_000)).toBe('small');
    expect(kept('long'.repeat(1_000), 1_000)).toMatch(/^(?:long){200}/);
  });

  it('keeps the bytes of the result', () => {
    const outcome = of('"result": {"n":1.0,"s":"\\u00e9"} ');
    expect(outcome.kind === 'success' && outcome.result()).toBe('{"n":1.0,"s":"\\u00e9"}');
  });

  it('tells errors by their code, and failed results by what their first line says', () => {
    expect(classOf('"error":{"code":-32602,"message":"no order 4711"}')).toBe('code -32602');
    expect(classOf('"error":"odd"')).toBe('error');
    expect(classOf('')).toBe('no result');
    const failed = (text: string) =>
      classOf(
        `"result":{"isError":true,"content":[{"type":"image"},{"type":"text","text":${JSON.stringify(text)}}]}`,
      );
    expect(failed('no order 4711\nat line 3')).toBe('no order <n>');
    expect(classOf('"result":{"isError":true}')).toBe('');
    expect(classOf('"result":{"isError":true,"content":[null,1]}')).toBe('');
  });
});

describe('the hash of an answer', () => {
  it('is over the bytes of the result', () => {
    expect(hashOf('"result":{"a":1}')).toBe(hashOf('"result" : {"a":1} , "x":2'));
    expect(hashOf('"result":{"a":1}')).not.toBe(hashOf('"result":{"a":2}'));
    expect(hashOf('"result":{"a":1}')).not.toBe(hashOf('"error":{"a":2}'));
    expect(hashOf('"error":{"code":1,"message":"a"}')).not.toBe(
      hashOf('"error":{"code":1,"message":"b"}'),
    );
  });

  it.each([
    ['first', '{"_meta":{"t":1},"a":1}'],
    ['in between', '{"a":1,"_meta":{"t":[2,3]}}'],
    ['alone behind white space', '{"a":1 , "_meta" : {"t":2} }'],
  ])('leaves _meta out, %s', (_, result) => {
    const other = result.replace(/\{"t":.*?\}/, '{"t":"another, and longer"}');
    expect(hashOf(`"result":${result}`)).toBe(hashOf(`"result":${other}`));
  });

  it('is the same with _meta and without it', () => {
    const without = hashOf('"result":{"a":1,"b":2}');
    expect(hashOf('"result":{"_meta":{},"a":1,"b":2}')).toBe(without);
    expect(hashOf('"result":{"a":1,"_meta":{},"b":2}')).toBe(without);
    expect(hashOf('"result":{"a":1,"b":2,"_meta":{}}')).toBe(without);
    expect(hashOf('"result":{"_meta":{}}')).toBe(hashOf('"result":{}'));
  });

  it('does not leave out a _meta that lies deeper', () => {
    expect(hashOf('"result":{"a":{"_meta":1}}')).not.toBe(hashOf('"result":{"a":{"_meta":2}}'));
  });
});

describe('asksForInput', () => {
  it.each([
    ['"result":{"resultType":"input_required"}', true],
    ['"result":{"resultType":"complete"}', false],
    ['"result":{}', false],
    ['"result":{"a":{"resultType":"input_required"}}', false],
  ])('%s: %s', (members, asks) => {
    expect(asksForInput(answer(members))).toBe(asks);
  });
});
