import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type ByteSource, pour, streamSource } from '../../src/transport/byte-source.js';
import { childSource } from '../../src/transport/pipe-source.js';
import { hear } from './support/hear.js';

/** Runs a script that writes to stdout, and lets it end only when the test says so. */
function start(script: string) {
  const child = spawn(process.execPath, ['-e', `process.stdin.resume(); ${script}`]);
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

const says = (text: string): string => `process.stdout.write(${JSON.stringify(text)});`;
const MUCH = 1_000_000;
const SAYS_MUCH = `process.stdout.write('x'.repeat(${MUCH}));`;

/** A source that tells what it brings as it comes, and lets a test look at it. */
function watch(source: ByteSource, onBytes: () => void = () => {}) {
  const memory = Buffer.alloc(65_536);
  const seen = { bytes: 0, ended: false };
  source.start({
    room: () => memory,
    filled: (bytes) => {
      seen.bytes += bytes;
      onBytes();
    },
    ended: () => {
      seen.ended = true;
    },
  });
  return seen;
}

describe.each([
  [
    'the pipe of a child',
    (stream: PassThrough | NonNullable<ReturnType<typeof start>['stdout']>) => childSource(stream),
  ],
  [
    'any stream',
    (stream: PassThrough | NonNullable<ReturnType<typeof start>['stdout']>) => streamSource(stream),
  ],
])('%s as a source', (_, open) => {
  it('brings everything, in whatever pieces, and then ends', async () => {
    const child = start(SAYS_MUCH);
    child.stdin.end();
    const text = await hear(open(child.stdout));
    expect(text.length).toBe(MUCH);
  });

  it('keeps what came before anybody listened, also of a child that has ended', async () => {
    const child = start(says('early'));
    const source = open(child.stdout);
    child.stdin.end();
    await once(child, 'exit');
    await setImmediate();
    expect(await hear(source)).toBe('early');
  });

  it('ends for who listens late where nothing came', async () => {
    const child = start('');
    const source = open(child.stdout);
    child.stdin.end();
    await once(child, 'exit');
    await setImmediate();
    expect(await hear(source)).toBe('');
  });

  it('brings nothing while it is paused, and all of it afterwards', async () => {
    const child = start(SAYS_MUCH);
    const source = open(child.stdout);
    const seen = watch(source, () => source.pause());
    await vi.waitUntil(() => seen.bytes > 0);
    const { bytes } = seen;
    expect(source.isPaused).toBe(true);
    // Its exit makes Node read the streams of a child once more.
    child.stdin.end();
    for (let turn = 0; turn < 100; turn += 1) await setImmediate();
    expect(seen.bytes).toBe(bytes);
    const reading = setInterval(() => source.resume(), 1);
    onTestFinished(() => clearInterval(reading));
    await vi.waitUntil(() => seen.ended, { timeout: 20_000 });
    expect(seen.bytes).toBe(MUCH);
  });
});

it('tells no more of what lies elsewhere than its reader takes, and the rest later', () => {
  const told: string[] = [];
  const memory = Buffer.alloc(4);
  const source = { isPaused: false };
  const intake = {
    room: () => memory,
    filled: (bytes: number) => {
      told.push(memory.toString('latin1', 0, bytes));
      source.isPaused = told.length === 2;
    },
    ended: () => {},
  };
  const left = pour(Buffer.from('one two three'), intake, source);
  expect(told).toEqual(['one ', 'two ']);
  expect(left.toString()).toBe('three');
  source.isPaused = false;
  expect(pour(left, intake, source).length).toBe(0);
  expect(told.join('')).toBe('one two three');
});

it('a source of a pipe reads into the memory that it is given', async () => {
  const child = start(says('here'));
  const memory = Buffer.alloc(100);
  child.stdin.end();
  await hear(childSource(child.stdout), memory);
  expect(memory.toString('latin1', 0, 4)).toBe('here');
});

it('a stream that is no pipe is a source all the same', async () => {
  const stream = new PassThrough();
  const heard = hear(childSource(stream));
  stream.end('from elsewhere');
  expect(await heard).toBe('from elsewhere');
});
