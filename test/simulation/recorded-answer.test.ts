import { describe, expect, it } from 'vitest';
import { readServerMessage } from '../../src/jsonrpc/server-message.js';
import { sha256 } from '../../src/proxy/answer-digest.js';
import { outcomeOf } from '../../src/proxy/answer-outcome.js';
import { answerOf } from '../../src/simulation/recorded-call.js';
import { callOf } from './support/samples.js';

const text = (value: string) => ({ content: [{ type: 'text', text: value }] });

async function outcome(record: object) {
  return (await callOf({ tool: 't', args: {}, ...record })).outcome;
}

async function hash(result: unknown): Promise<string | undefined> {
  return answerOf(await callOf({ tool: 't', result }));
}

describe('a recorded result', () => {
  it('is the same with another _meta, and another one with another text', async () => {
    expect(await hash({ ...text('a'), _meta: { at: 1 } })).toBe(await hash(text('a')));
    expect(await hash(text('a'))).not.toBe(await hash(text('b')));
  });

  it('of any shape is what a server would have sent', async () => {
    expect(await hash('a')).toBe(await hash(text('a')));
    expect(await hash({ n: 1 })).toBe(await hash(text('{"n":1}')));
    expect(await hash(null)).toBe(await hash({ content: [] }));
    expect(await hash({ content: 'not a list' })).toBe(
      await hash(text('{"content":"not a list"}')),
    );
  });

  it('is kept whole, _meta too, for whoever asks for it', async () => {
    const result = { ...text('a'), _meta: { usage: { input_tokens: 5 } } };
    const read = await outcome({ result });
    expect(read.kind === 'success' && JSON.parse(read.result() ?? '')).toEqual(result);
  });

  it.each([
    [{ result: { ...text('Error: no file 12'), isError: true } }, 'Error: no file <n>'],
    [{ result: text('Error: no file 12'), isError: true }, 'Error: no file <n>'],
    [{ result: 'Error: no file 12', isError: true }, 'Error: no file <n>'],
    [{ error: 'Error: no file 12' }, 'Error: no file <n>'],
    [{ error: { message: 'Error: no file 12' }, result: text('x') }, 'Error: no file <n>'],
    [{ error: { code: -32602, message: 'Invalid params' } }, 'code -32602'],
    [{ error: { wrong: true } }, 'error'],
  ])('is a failure: %j', async (record, errorClass) => {
    expect(await outcome(record)).toMatchObject({ kind: 'failure', errorClass });
  });

  it('is a success without isError, and with isError: false', async () => {
    expect(
      await outcome({ result: { ...text('a'), isError: false }, isError: false }),
    ).toMatchObject({ kind: 'success' });
  });

  it.each([
    { result: { ...text('Status 503: try again in 7 s'), isError: true } },
    { result: { ...text('fine'), structuredContent: { n: 1 } } },
    { error: { code: -32000, message: 'gone' } },
  ])('ends as it does in the proxy: %j', async (answer) => {
    const bytes = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, ...answer }));
    const message = readServerMessage(bytes);
    if (message.kind !== 'answer') throw new Error(`read as ${message.kind}`);
    const inProxy = outcomeOf(message, {}, sha256);
    const { kind, resultHash } = inProxy;
    const failed = inProxy.kind === 'failure' ? { errorClass: inProxy.errorClass } : {};
    expect(await outcome(answer)).toMatchObject({ kind, resultHash, ...failed });
  });
});
