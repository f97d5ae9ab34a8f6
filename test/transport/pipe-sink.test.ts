import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { pipeSink } from '../../src/transport/pipe-sink.js';
import { childSource } from '../../src/transport/pipe-source.js';
import { splice } from '../../src/transport/splice.js';
import { hear } from './support/hear.js';

/** A child that sends back what it reads once it is told to begin. */
function startEcho() {
  const child = spawn(process.execPath, [
    '-e',
    "process.once('SIGUSR2', () => process.stdin.pipe(process.stdout)); setInterval(() => {}, 1_000); process.stderr.write('up')",
  ]);
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

const MUCH = 3_000_000;

describe('pipeSink', () => {
  it('gives the system at once what it takes, and has the rest as a backlog until it is read', async () => {
    const child = startEcho();
    await once(child.stderr, 'data');
    const sink = pipeSink(child.stdin);
    const drained = vi.fn();
    sink.listen(drained, () => {});
    sink.write([Buffer.from('one '), Buffer.from('two ')]);
    expect(sink.backlog).toBe(0);
    const letters = Buffer.alloc(MUCH, 'abcdefghij');
    sink.write([letters, Buffer.from(' and a last one')]);
    expect(sink.backlog).toBeGreaterThan(0);
    expect(sink.backlog).toBeLessThan(MUCH);
    sink.write([Buffer.from('!')]);
    expect(drained).not.toHaveBeenCalled();
    const source = childSource(child.stdout);
    let text = '';
    const memory = Buffer.alloc(65_536);
    source.start({
      room: () => memory,
      filled: (bytes) => {
        text += memory.toString('latin1', 0, bytes);
      },
      ended: () => {},
    });
    child.kill('SIGUSR2');
    const all = `one two ${letters.toString('latin1')} and a last one!`;
    await vi.waitUntil(() => text.length === all.length, { timeout: 30_000 });
    expect(text === all).toBe(true);
    expect(drained).toHaveBeenCalled();
    expect(sink.backlog).toBe(0);
  });

  it('tells that nobody reads any more, and takes no harm from what is written then', async () => {
    const child = startEcho();
    const sink = pipeSink(child.stdin);
    const broken = vi.fn();
    sink.listen(() => {}, broken);
    child.kill('SIGKILL');
    await vi.waitUntil(
      () => {
        sink.write([Buffer.from('anybody?')]);
        return broken.mock.calls.length > 0 || child.stdin.destroyed;
      },
      { timeout: 20_000 },
    );
    sink.write([Buffer.from('anybody?')]);
    sink.end();
  });

  it('writes to what is no pipe by its stream', async () => {
    const stream = new PassThrough();
    const sink = pipeSink(stream);
    sink.listen(
      () => {},
      () => {},
    );
    sink.write([Buffer.from('a'), Buffer.from('b')]);
    sink.end();
    const chunks = await stream.toArray();
    expect(Buffer.concat(chunks).toString()).toBe('ab');
  });
});

describe('splice', () => {
  it('passes everything on, in its order, at the pace of the slower side', async () => {
    const [first, second] = [startEcho(), startEcho()];
    await Promise.all([once(first.stderr, 'data'), once(second.stderr, 'data')]);
    const ended = vi.fn();
    splice(childSource(first.stdout), pipeSink(second.stdin), { ended, broken: () => {} });
    const lines = Array.from({ length: 100_000 }, (_, line) => `line ${line}\n`).join('');
    first.stdin.end(lines);
    first.kill('SIGUSR2');
    const heard = hear(childSource(second.stdout), Buffer.alloc(65_536));
    second.kill('SIGUSR2');
    first.stdout.once('close', () => {});
    await vi.waitUntil(() => first.stdin.writableFinished, { timeout: 20_000 });
    first.kill('SIGTERM');
    await vi.waitUntil(() => ended.mock.calls.length > 0, { timeout: 20_000 });
    second.stdin.end();
    await vi.waitUntil(() => second.stdin.writableFinished, { timeout: 20_000 });
    second.kill('SIGTERM');
    expect((await heard) === lines).toBe(true);
  });
});
