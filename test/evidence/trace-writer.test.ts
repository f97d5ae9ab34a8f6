import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ReadyJson } from '../../src/evidence/ready-json.js';
import { verifyTrace } from '../../src/evidence/verify.js';
import { call, temporaryFolders, trace, writeTrace } from './trace-samples.js';

const folder = temporaryFolders();

function payloads(path: string): Record<string, unknown>[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line).payload);
}

describe('openTrace', () => {
  it('creates nothing without a record', () => {
    const path = join(folder(), 't.jsonl');
    trace(path).writer.close({ reason: 'client left' });
    expect(existsSync(path)).toBe(false);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it('writes start, records and an end that counts them, readable for the owner alone', async () => {
    const path = join(folder(), 'sub', 't.jsonl');
    const { writer, notices } = trace(path);
    writer.append(call(1));
    writer.append(call(2, { outcome: 'refused' }));
    writer.flush();
    writer.append(call(3, { outcome: 'replayed' }));
    const timestamp = '2026-01-01T00:00:01.000Z';
    const which = { check: 'repeat', reason: 'again', tool: 'search', runId: 'run-1' };
    writer.append({ kind: 'trip', timestamp, tripId: 'fg_000000000000', ...which });
    writer.close({ reason: 'client left' });
    const written = payloads(path);
    expect(written.map(({ kind }) => kind)).toEqual([
      'session.start',
      'call',
      'call',
      'call',
      'trip',
      'session.end',
    ]);
    expect(written[0]).toMatchObject({ format: 'fuze-trace/1', server: 'shop', pid: process.pid });
    expect(written[5]).toMatchObject({ calls: 3, refused: 1, replayed: 1, trips: 1, records: 6 });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(existsSync(`${path}.lock`)).toBe(false);
    expect((await verifyTrace(path)).verdict).toBe('closed');
    expect(notices).toEqual([]);
  });

  it('keeps records in memory until flush', () => {
    const path = join(folder(), 't.jsonl');
    const { writer } = trace(path);
    writer.append(call(1));
    expect(existsSync(path)).toBe(false);
    writer.flush();
    expect(payloads(path)).toHaveLength(2);
    writer.close({ reason: 'x' });
  });

  it('does not gather without bound when nobody flushes', () => {
    const path = join(folder(), 't.jsonl');
    const { writer } = trace(path);
    for (let id = 0; id < 2_500; id += 1) writer.append(call(id));
    expect(payloads(path).length).toBeGreaterThan(2_000);
    writer.close({ reason: 'x' });
  });

  it('writes a result that is canonical bytes already as it writes its value', async () => {
    const path = join(folder(), 't.jsonl');
    const { writer } = trace(path);
    const text = 'é'.repeat(100_000);
    const value = { content: [{ text, type: 'text' }] };
    const pieces = [
      '{"content":[{"text":"',
      Buffer.from(text),
      '"',
      Buffer.from(',"type":"text"}]}'),
    ];
    for (const id of [1, 2]) {
      writer.append(call(id, { result: value }));
      writer.append(call(id, { result: new ReadyJson(pieces) }));
      writer.flush();
    }
    writer.append(call(3, { result: new ReadyJson(pieces), runId: '\ud800' }));
    writer.close({ reason: 'x' });
    const calls = payloads(path).filter(({ kind }) => kind === 'call');
    expect(calls.map(({ result }) => result)).toEqual([value, value, value, value, value]);
    expect(calls[1]).toEqual(calls[0]);
    expect((await verifyTrace(path)).verdict).toBe('closed');
  });

  it('writes a record that JSON cannot carry with its texts alone', async () => {
    const path = join(folder(), 't.jsonl');
    const { writer } = trace(path);
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    writer.append(call(1, { args: { big: 1n } }));
    writer.append(call(2, { result: circle, cost: Number.NaN }));
    writer.close({ reason: 'x' });
    expect(payloads(path)[1]).toMatchObject({ callId: '1', unwritable: expect.any(String) });
    expect((await verifyTrace(path)).verdict).toBe('closed');
  });
});

describe('a second start', () => {
  it('continues the chain', async () => {
    const path = join(folder(), 't.jsonl');
    writeTrace(path, 2);
    writeTrace(path, 2, false);
    const report = await verifyTrace(path);
    expect(report).toMatchObject({ verdict: 'open', records: 7, sessions: 2 });
  });

  it('reads only the tail, also when the last line is long', async () => {
    const path = join(folder(), 't.jsonl');
    const first = trace(path);
    first.writer.append(call(1, { result: 'y'.repeat(1_000_000) }));
    first.writer.flush();
    // Without an end, as after SIGKILL; the lock of a dead process is free to take.
    rmSync(`${path}.lock`);
    writeTrace(path, 1);
    const report = await verifyTrace(path);
    expect(report).toMatchObject({ verdict: 'closed', records: 5, sessions: 2, unended: 1 });
  });

  it.each([0, 1, 30, 120])('cuts off an unfinished last line of %i bytes', async (length) => {
    const path = join(folder(), 't.jsonl');
    writeTrace(path, 2);
    const before = readFileSync(path);
    const next = trace(path);
    next.writer.append(call(9));
    next.writer.close({ reason: 'x' });
    truncateSync(path, before.length + length);
    const { writer, notices } = trace(path);
    writer.append(call(3));
    writer.close({ reason: 'x' });
    expect(readFileSync(path).subarray(0, before.length)).toEqual(before);
    expect(await verifyTrace(path)).toMatchObject({ verdict: 'closed', records: 7 });
    expect(notices).toHaveLength(length === 0 ? 0 : 1);
    if (length > 0) expect(notices[0]).toContain(`${length} bytes off ${path}`);
  });

  it('cuts off an unfinished very first line', async () => {
    const path = join(folder(), 't.jsonl');
    writeTrace(path, 1);
    truncateSync(path, 100);
    writeTrace(path, 1);
    expect(await verifyTrace(path)).toMatchObject({ verdict: 'closed', records: 3 });
  });

  it.each([
    ['no trace at all', 'dear diary\n'],
    ['no line end and no trace', 'dear diary'],
    ['a JSON line that is no record', '{"sequence":1}\n'],
  ])('leaves a file alone that is %s, and takes a sibling', async (_, content) => {
    const path = join(folder(), 't.jsonl');
    writeFileSync(path, content);
    const { writer, notices } = trace(path);
    writer.append(call(1));
    writer.flush();
    expect(writer.path).toBe(path.replace('t.jsonl', 't-2.jsonl'));
    writer.close({ reason: 'x' });
    expect(readFileSync(path, 'utf8')).toBe(content);
    expect(notices).toEqual([expect.stringMatching(/left alone.*t-2\.jsonl instead/)]);
    expect((await verifyTrace(path.replace('t.jsonl', 't-2.jsonl'))).verdict).toBe('closed');
  });

  it('leaves a trace alone whose last record was altered, or ends in something else', () => {
    const path = join(folder(), 't.jsonl');
    writeTrace(path, 1);
    const good = readFileSync(path, 'utf8');
    for (const content of [good.replace('client left', 'client went'), `${good}oops`]) {
      writeFileSync(path, content);
      writeTrace(path, 1);
      expect(readFileSync(path, 'utf8')).toBe(content);
    }
  });
});

describe('two writers', () => {
  it('never share a file: later ones take siblings and say so', async () => {
    const path = join(folder(), 't.jsonl');
    const traces = [trace(path), trace(path), trace(path)];
    for (const { writer } of traces) writer.append(call(1));
    for (const { writer } of traces) writer.flush();
    const paths = traces.map(({ writer }) => writer.path ?? '');
    expect(paths.map((p) => p.slice(path.length - 7))).toEqual([
      't.jsonl',
      't-2.jsonl',
      't-3.jsonl',
    ]);
    for (const { writer } of traces) writer.close({ reason: 'x' });
    for (const p of paths) expect((await verifyTrace(p)).verdict).toBe('closed');
    expect(traces[2]?.notices).toEqual([expect.stringContaining(`another process writes ${path}`)]);
  });

  it('meet at the same lock through a symbolic link', () => {
    const path = join(folder(), 't.jsonl');
    writeTrace(path, 1);
    const link = join(folder(), 'link.jsonl');
    symlinkSync(path, link);
    const [one, two] = [trace(path), trace(link)];
    for (const { writer } of [one, two]) writer.append(call(1));
    for (const { writer } of [one, two]) writer.flush();
    expect(two.writer.path).toBe(path.replace('t.jsonl', 't-2.jsonl'));
    for (const { writer } of [one, two]) writer.close({ reason: 'x' });
  });

  it('move on when somebody writes without the lock', async () => {
    const path = join(folder(), 't.jsonl');
    const { writer, notices } = trace(path);
    writer.append(call(1));
    writer.flush();
    appendFileSync(path, 'mine\n');
    const before = readFileSync(path);
    writer.append(call(2));
    writer.flush();
    writer.append(call(3));
    writer.close({ reason: 'x' });
    expect(readFileSync(path)).toEqual(before);
    expect(notices).toEqual([expect.stringContaining('somebody else writes to it')]);
    const sibling = path.replace('t.jsonl', 't-2.jsonl');
    expect(await verifyTrace(sibling)).toMatchObject({ verdict: 'closed', records: 4 });
  });

  it('move on too when the file shrinks', async () => {
    const path = join(folder(), 't.jsonl');
    const { writer } = trace(path);
    writer.append(call(1));
    writer.flush();
    truncateSync(path, 0);
    writer.append(call(2));
    writer.close({ reason: 'x' });
    const sibling = path.replace('t.jsonl', 't-2.jsonl');
    expect(await verifyTrace(sibling)).toMatchObject({ verdict: 'closed', records: 3 });
  });

  it('write on to a file that was moved away', async () => {
    const path = join(folder(), 't.jsonl');
    const { writer } = trace(path);
    writer.append(call(1));
    writer.flush();
    renameSync(path, `${path}.old`);
    writer.append(call(2));
    writer.close({ reason: 'x' });
    expect(await verifyTrace(`${path}.old`)).toMatchObject({ verdict: 'closed', records: 4 });
  });

  it('begin a new file when theirs was removed', async () => {
    const path = join(folder(), 't.jsonl');
    const { writer, notices } = trace(path);
    writer.append(call(1));
    writer.flush();
    rmSync(path);
    writer.append(call(2));
    writer.flush();
    expect(notices).toEqual([expect.stringMatching(/t\.jsonl was removed; beginning a new one/)]);
    writer.close({ reason: 'x' });
    expect(await verifyTrace(path)).toMatchObject({ verdict: 'closed', records: 3 });
    expect(payloads(path)[1]).toMatchObject({ kind: 'call', callId: '2' });
  });

  it('write nothing while something else has the place of theirs', async () => {
    const path = join(folder(), 't.jsonl');
    const { writer } = trace(path);
    writer.append(call(1));
    writer.flush();
    rmSync(path);
    mkdirSync(path);
    // Before an effect it is noticed, not only after.
    expect(writer.ready()).toBe(false);
    writer.append(call(2));
    writer.flush();
    expect(writer).toMatchObject({ healthy: false, lost: 1 });
    writer.close({ reason: 'x' });
  });
});

describe('a path that cannot be opened', () => {
  it('is reported once, tried again a second later, and what was lost is told', async () => {
    const path = join(folder(), 't.jsonl');
    mkdirSync(path);
    const { writer, notices, later } = trace(path);
    const send = (id: number): void => {
      writer.append(call(id));
      writer.flush();
    };
    send(1);
    send(2);
    expect(writer.healthy).toBe(false);
    expect(notices).toEqual([expect.stringMatching(/t\.jsonl cannot be written: EISDIR/)]);
    rmdirSync(path);
    later(999);
    send(3);
    expect(writer).toMatchObject({ healthy: false, lost: 3 });
    later(1);
    send(4);
    expect(writer).toMatchObject({ healthy: true, lost: 0 });
    send(5);
    writer.close({ reason: 'x' });
    expect(notices).toEqual([expect.anything(), expect.stringContaining('again')]);
    const lost = payloads(path).map((payload) => payload.lost);
    expect(lost).toEqual([undefined, 3, undefined, undefined]);
    expect(await verifyTrace(path)).toMatchObject({ verdict: 'closed', lost: 3 });
  });

  it('tries again too when the clock was set back', () => {
    const path = join(folder(), 't.jsonl');
    mkdirSync(path);
    const { writer, later } = trace(path);
    writer.append(call(1));
    writer.flush();
    rmdirSync(path);
    later(-3_600_000);
    writer.append(call(2));
    writer.flush();
    expect(writer.healthy).toBe(true);
    writer.close({ reason: 'x' });
  });

  it.each(['/dev/full', '/dev/null'])('a device is not written to: %s', (path) => {
    const { writer, notices } = trace(path);
    writer.append(call(1));
    writer.close({ reason: 'x' });
    expect(notices[0]).toContain('it is not a regular file');
    expect(notices[1]).toContain(`lost at the end of ${path}: 1`);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });
});
