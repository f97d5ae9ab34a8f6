import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/evidence/canonical.js';
import { EMPTY_CHAIN, GENESIS, seal } from '../../src/evidence/hash-chain.js';
import { verifyTrace } from '../../src/evidence/verify.js';
import { temporaryFolders, writeTrace } from './trace-samples.js';

const folder = temporaryFolders();

/** The bytes of a closed trace: lines 1 session.start, 2 to calls + 1 the calls, then session.end. */
function sample(calls: number, end = true): Buffer {
  const path = join(folder(), 't.jsonl');
  writeTrace(path, calls, end);
  return readFileSync(path);
}

async function verify(bytes: Uint8Array | string, chunk = 1 << 16) {
  const all = Buffer.from(bytes);
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < all.length; at += chunk) yield all.subarray(at, at + chunk);
  }
  return await verifyTrace(chunks());
}

/** What was found, as "line problem". */
async function problems(lines: readonly string[]): Promise<string[]> {
  const report = await verify(lines.map((line) => `${line}\n`).join(''));
  expect(report.verdict).toBe(report.findings.length > 0 ? 'broken' : report.verdict);
  return report.findings.map(({ line, problem }) => `${line} ${problem}`);
}

const closed = sample(8);
const good = closed.toString().split('\n').slice(0, -1);

/** The lines with some replaced: undefined takes a line out, an array puts several in its place. Numbers from 1. */
function edited(changes: Record<number, string[]>): string[] {
  return good.flatMap((line, index) => changes[index + 1] ?? [line]);
}

function at(number: number): string {
  return good[number - 1] ?? '';
}

/** The line with its payload changed and hashed anew. */
function forged(number: number, tool = 'forged'): string {
  const { sequence, prevHash, payload } = JSON.parse(at(number));
  const head = { sequence: sequence - 1, hash: prevHash };
  return seal(head, canonicalJson({ ...payload, tool })).line;
}

describe('an intact trace', () => {
  it('is closed after session.end', async () => {
    expect(await verify(closed)).toEqual({
      verdict: 'closed',
      records: 10,
      sessions: 1,
      unended: 0,
      lost: 0,
      head: JSON.parse(at(10)).hash,
      findings: [],
    });
  });

  it('is open before', async () => {
    expect(await verify(sample(3, false))).toMatchObject({ verdict: 'open', findings: [] });
  });

  it('is the same however the bytes arrive', async () => {
    const whole = await verify(closed);
    for (const chunk of [1, 7, 1000]) expect(await verify(closed, chunk)).toEqual(whole);
  });

  it('can be read from a path', async () => {
    const path = join(folder(), 't.jsonl');
    writeFileSync(path, closed);
    expect((await verifyTrace(path)).verdict).toBe('closed');
    await expect(verifyTrace(`${path}.nothing`)).rejects.toThrow(/ENOENT/);
  });
});

describe('the last line', () => {
  it.each([1, 2, 50, 200])('cut by %i bytes', async (length) => {
    const report = await verify(closed.subarray(0, -length));
    expect(report).toMatchObject({ verdict: 'cut', findings: [{ line: 10, problem: 'cut' }] });
  });

  it('a tail cut at a line end leaves an open trace', async () => {
    expect(await verify(`${good.slice(0, 9).join('\n')}\n`)).toMatchObject({ verdict: 'open' });
  });

  it('nothing at all', async () => {
    const report = await verify('');
    expect(report).toMatchObject({ verdict: 'broken', findings: [{ problem: 'empty' }] });
  });
});

describe('each kind of damage is told apart', () => {
  it('altered: content, hash, or sequence', async () => {
    const changed = at(4).replace('"search"', '"s3arch"');
    expect(await problems(edited({ 4: [changed] }))).toEqual(['4 altered']);
    const rehashed = at(4).replace(/"hash":"."/, '"hash":"0');
    expect(await problems(edited({ 4: [rehashed.replace(/.{4}"}$/, '0000"}')] }))).toEqual([
      '4 altered',
    ]);
    const renumbered = at(4).replace('"sequence":4', '"sequence":7');
    expect(await problems(edited({ 4: [renumbered] }))).toEqual(['4 altered']);
    expect(await problems(edited({ 10: [at(10).replace('left', 'kept')] }))).toEqual([
      '10 altered',
    ]);
    expect(await problems(edited({ 1: [at(1).replace('shop', 'shap')] }))).toEqual(['1 altered']);
  });

  it('altered and hashed anew: the next line does not continue it', async () => {
    expect(await problems(edited({ 4: [forged(4)] }))).toEqual(['5 altered']);
    const report = await verify(edited({ 4: [forged(4)] }).join('\n'));
    expect(report.findings[0]?.detail).toContain('line 4');
  });

  it('missing: one, several, two places', async () => {
    expect(await problems(edited({ 4: [] }))).toEqual(['4 missing']);
    expect(await problems(edited({ 4: [], 5: [], 8: [] }))).toEqual(['4 missing', '6 missing']);
    const report = await verify(edited({ 4: [], 5: [] }).join('\n'));
    expect(report.findings[0]?.detail).toBe('records 4 to 5 before this line');
  });

  it('missing and altered side by side', async () => {
    const changed = at(4).replace('"search"', '"s3arch"');
    expect(await problems(edited({ 4: [changed], 5: [] }))).toEqual(['4 altered', '5 missing']);
  });

  it('head cut', async () => {
    expect(await problems(good.slice(3))).toEqual(['1 head cut']);
    const report = await verify(good.slice(3).join('\n'));
    expect(report.findings[0]?.detail).toBe('records 1 to 3 before this line');
    const posed = seal({ sequence: 0, hash: 'a'.repeat(64) }, '{}').line;
    expect(await problems([posed])).toEqual(['1 head cut']);
  });

  it('duplicated', async () => {
    expect(await problems(edited({ 4: [at(4), at(4)] }))).toEqual(['5 duplicated']);
    expect(await problems(edited({ 8: [at(3), at(8)] }))).toEqual(['8 duplicated']);
    expect(await problems([...good, at(10)])).toEqual(['11 duplicated']);
  });

  it('inserted: a line that fits nowhere, a forged record, a run of them', async () => {
    const foreign = at(4).replace('"search"', '"s3arch"');
    expect(await problems(edited({ 4: [at(4), foreign] }))).toEqual(['5 inserted']);
    expect(await problems(edited({ 4: [forged(4), at(4)] }))).toEqual(['4 inserted']);
    expect(await problems(edited({ 4: [at(4), forged(4)] }))).toEqual(['5 inserted']);
    const stray = seal({ sequence: 99, hash: 'b'.repeat(64) }, '{}').line;
    expect(await problems(edited({ 4: [at(4), stray] }))).toEqual(['5 inserted']);
    const one = seal({ sequence: 3, hash: JSON.parse(at(3)).hash }, '{}');
    const two = seal(one.head, '{}');
    expect(await problems(edited({ 3: [at(3), one.line, two.line] }))).toEqual(['4 inserted']);
  });

  it('out of order: neighbours swapped, one moved up, one moved down', async () => {
    expect(await problems(edited({ 4: [at(5)], 5: [at(4)] }))).toHaveLength(1);
    expect(await problems(edited({ 4: [at(5)], 5: [at(4)] }))).toEqual([
      expect.stringMatching(/^[45] out of order$/),
    ]);
    expect(await problems(edited({ 2: [at(8), at(2)], 8: [] }))).toEqual(['2 out of order']);
    expect(await problems(edited({ 3: [], 8: [at(8), at(3)] }))).toEqual(['8 out of order']);
  });

  it('records after the end: chained ones, and anything else', async () => {
    const { hash } = JSON.parse(at(10));
    const chained = seal({ sequence: 10, hash }, '{"kind":"call"}').line;
    expect(await problems([...good, chained])).toEqual(['11 after the end']);
    expect(await problems([...good, 'more'])).toEqual(['11 after the end']);
  });

  it('a session.end that counted something else, each number', async () => {
    const { sequence, prevHash, payload } = JSON.parse(at(10));
    for (const name of ['calls', 'refused', 'replayed', 'trips', 'records', 'head']) {
      const text = canonicalJson({ ...payload, [name]: 77 });
      const { line } = seal({ sequence: sequence - 1, hash: prevHash }, text);
      const report = await verify(`${edited({ 10: [line] }).join('\n')}\n`);
      expect(report.findings).toMatchObject([{ line: 10, problem: 'wrong count' }]);
      expect(report.findings[0]?.detail).toContain(`${name} 77`);
    }
  });

  it.each([
    ['a blank line', '', 'blank'],
    ['CRLF', `${at(4)}\r`, 'CR LF'],
    ['a byte order mark', `\ufeff${at(4)}`, 'byte order mark'],
    ['no JSON', 'x', 'not JSON'],
    ['no record', '[]', 'sequence'],
    ['a member that no hash covers', at(4).replace('{', '{"x":1,'), 'not covered'],
    ['white space', at(4).replace(':', ': '), 'not spelled'],
    ['another escape', at(4).replace('é', '\\u00e9'), 'not spelled'],
    [
      'another order',
      at(4)
        .replace(/^\{("sequence":4),/, '{')
        .replace(/}$/, ',"sequence":4}'),
      '',
    ],
    ['a duplicate member', at(4).replace('{', '{"sequence":4,'), 'not spelled'],
    [
      'too deep',
      `{"sequence":4,"prevHash":"${GENESIS}","payload":${'['.repeat(99_999)}${']'.repeat(99_999)},"hash":"${GENESIS}"}`,
      'deeply',
    ],
  ])('altered, with the reason: %s', async (_, line, reason) => {
    const report = await verify(`${edited({ 4: [line] }).join('\n')}\n`);
    expect(report.findings).toMatchObject([{ line: 4, problem: 'altered' }]);
    expect(report.findings[0]?.detail).toContain(reason);
  });

  it('invalid UTF-8', async () => {
    const bytes = Buffer.from(closed);
    bytes[bytes.indexOf('é')] = 0xff;
    const report = await verify(bytes);
    expect(report.findings).toMatchObject([{ line: 2, detail: 'not valid UTF-8' }]);
  });

  it('a file broken everywhere is reported in bounds', async () => {
    const report = await verify('x\n'.repeat(5000));
    expect(report.verdict).toBe('broken');
    expect(report.findings.length).toBeLessThan(1100);
  });
});

describe('several sessions', () => {
  it('one without an end is counted; damage in the first is seen', async () => {
    const path = join(folder(), 't.jsonl');
    writeTrace(path, 2, true);
    writeTrace(path, 1, true);
    const text = readFileSync(path, 'utf8');
    expect(await verify(text)).toMatchObject({ verdict: 'closed', sessions: 2, unended: 0 });
    const report = await verify(text.replace('"search"', '"se\\u0061rch"'));
    expect(report.findings).toMatchObject([{ line: 2, problem: 'altered' }]);
  });
});

describe('chains by others', () => {
  function foreign(payloads: string[], first: number): string {
    let head = { sequence: first - 1, hash: GENESIS };
    return payloads
      .map((payload) => {
        const sealed = seal(head, payload);
        head = sealed.head;
        return `${sealed.line}\n`;
      })
      .join('');
  }

  it('are judged by their hashes: other spellings and a start at 0 are fine', async () => {
    for (const first of [0, 1]) {
      const text = foreign(['{"a":1}', '{"a":2}', '{"a":3}'], first);
      expect(await verify(text)).toMatchObject({ verdict: 'open', records: 3, sessions: 0 });
      const spaced = text.replaceAll(':', ' : ').replaceAll('"a"', '"\\u0061"');
      expect((await verify(spaced)).findings).toEqual([]);
      const altered = await verify(text.replace('"a":2', '"a":9'));
      expect(altered.findings).toMatchObject([{ line: 2, problem: 'altered' }]);
    }
    expect(EMPTY_CHAIN.sequence).toBe(0);
  });

  it('but not when readers could disagree on what they say', async () => {
    const text = foreign(['{"a":[{},{"b":1}]}'], 1);
    const twice = await verify(text.replace('"b":1', '"b":2,"\\u0062":1'));
    expect(twice.findings[0]?.detail).toBe('member "b" stands twice');
    const surrogate = await verify(foreign(['"\ufffd"'], 1).replace('\ufffd', '\\ud800'));
    expect(surrogate.findings[0]?.detail).toContain('urrogate');
  });
});

describe('any single-byte change anywhere in a trace of fuze is detected', () => {
  const path = join(folder(), 't.jsonl');
  writeTrace(path, 2);
  writeTrace(path, 1);
  const bytes = readFileSync(path);
  const position = fc.nat(bytes.length - 1);
  const byte = fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from(' \n\r\t",:{}[]0\\')));

  async function detected(changed: Uint8Array): Promise<void> {
    expect((await verify(changed)).findings.length).toBeGreaterThan(0);
  }

  it('substitution', async () => {
    await fc.assert(
      fc.asyncProperty(position, byte, async (index, value) => {
        fc.pre(bytes[index] !== value);
        const changed = Buffer.from(bytes);
        changed[index] = value;
        await detected(changed);
      }),
      { numRuns: 2000 },
    );
  });

  it('insertion', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length), byte, async (index, value) => {
        const parts = [bytes.subarray(0, index), Buffer.of(value), bytes.subarray(index)];
        await detected(Buffer.concat(parts));
      }),
      { numRuns: 2000 },
    );
  });

  it('deletion, at every position', async () => {
    for (let index = 0; index < bytes.length; index += 1) {
      await detected(Buffer.concat([bytes.subarray(0, index), bytes.subarray(index + 1)]));
    }
  });
});
