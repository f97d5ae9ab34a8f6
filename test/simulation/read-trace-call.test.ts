import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answerOf } from '../../src/simulation/recorded-call.js';
import { call, temporaryFolders, writeTrace } from '../evidence/trace-samples.js';
import { bytesOf, callOf, decide, readingsOf, reasonOf } from './support/samples.js';

const folder = temporaryFolders();

const traced = (more: object) => ({ sequence: 1, payload: { ...call(1), ...more }, hash: 'x' });
const RESULT = { content: [{ type: 'text', text: 'a' }] };

describe('a line of a trace', () => {
  it('is read where it tells a call, and passed over where it tells something else', async () => {
    const path = join(folder(), 't.jsonl');
    writeTrace(path, 2);
    const readings = await readingsOf(bytesOf(readFileSync(path, 'utf8')));
    expect(readings.map(({ kind }) => kind)).toEqual(['nothing', 'call', 'call', 'nothing']);
    expect(readings[1]).toMatchObject({
      call: { run: 'run-1', tool: 'search', args: { n: 1.5 }, outcome: { kind: 'success' } },
    });
  });

  it('ends at its timestamp, and began so much earlier', async () => {
    expect(await callOf(traced({ duration_ms: 250 }))).toMatchObject({
      began: Date.UTC(2026, 0, 1) - 250,
      ended: Date.UTC(2026, 0, 1),
    });
  });

  it('brings the hash that was recorded, which knows what was redacted', async () => {
    const secret = { result: RESULT, resultHash: 'f'.repeat(64) };
    expect(answerOf(await callOf(traced(secret)))).toBe('f'.repeat(64));
    expect(answerOf(await callOf(traced({ result: RESULT })))).toMatch(/^[0-9a-e][0-9a-f]{63}$/);
  });

  it('stands for its call and answer with hashes alone', async () => {
    const hashed = (argsHash: string, resultHash: string) =>
      traced({ args: undefined, argsHash, resultHash });
    const again = hashed('a'.repeat(64), 'b'.repeat(64));
    expect((await decide([again, again, again])).calls.map(({ check }) => check)).toEqual([
      null,
      null,
      'repeat',
    ]);
    const other = hashed('c'.repeat(64), 'b'.repeat(64));
    const news = hashed('a'.repeat(64), 'd'.repeat(64));
    expect((await decide([again, again, other])).totals.all.stopped).toBe(0);
    expect((await decide([again, news, again])).totals.all.stopped).toBe(0);
  });

  it.each([
    ['success', { kind: 'success' }],
    ['failure', { kind: 'failure', errorClass: 'code -32000' }],
    ['timeout', { kind: 'unknown', reason: 'timeout' }],
    ['cancelled', { kind: 'unknown', reason: 'cancelled' }],
    ['server_exited', { kind: 'unknown', reason: 'server exited' }],
    ['shutdown', { kind: 'unknown', reason: 'fuze stopped' }],
    ['refused', { kind: 'unknown', reason: 'cancelled' }],
    ['replayed', { kind: 'unknown', reason: 'cancelled' }],
  ])('that ended in %s', async (outcome, expected) => {
    const answer =
      outcome === 'failure'
        ? { error: { code: -32000 }, errorClass: 'code -32000' }
        : { result: RESULT };
    expect(await callOf(traced({ outcome, ...answer }))).toMatchObject({ outcome: expected });
  });

  it.each(['input_required', 'task'])(
    'is no call of its own while it goes on: %s',
    async (outcome) => {
      const line = JSON.stringify(traced({ outcome, cost: 0 }));
      expect(await readingsOf(bytesOf(line))).toEqual([
        expect.objectContaining({ kind: 'nothing' }),
      ]);
    },
  );

  it('tells what the server said of the tool', async () => {
    const hints = { readOnly: true, destructive: false };
    expect(await callOf(traced({ hints }))).toMatchObject({ readOnly: true });
    expect(await callOf(traced({}))).toMatchObject({ readOnly: false });
  });

  it('is broken when it tells no kind, no run or an outcome that there is not', async () => {
    expect(await reasonOf({ payload: {} })).toBe('has no "kind", which must be a text');
    expect(await reasonOf(traced({ runId: 5 }))).toBe('"runId" must be a text, found 5');
    expect(await reasonOf(traced({ outcome: 'lost' }))).toMatch(
      /^"outcome" must be one of success/,
    );
  });

  it('is not mistaken for a plain record that has a payload of its own', async () => {
    expect(await callOf({ tool: 't', result: 1, payload: { kind: 'call' } })).toMatchObject({
      tool: 't',
    });
  });
});
