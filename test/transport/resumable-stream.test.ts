import { describe, expect, it, vi } from 'vitest';
import { ResumableStream, type StreamOptions } from '../../src/transport/resumable-stream.js';
import { UpstreamTarget } from '../../src/transport/upstream-request.js';
import {
  type Answering,
  type HttpServer,
  openEvents,
  serveHttp,
} from '../e2e/support/http-server.js';
import { onTeardown } from '../e2e/support/teardown.js';

interface Opened {
  readonly server: HttpServer;
  readonly stream: ResumableStream;
  readonly texts: string[];
  /** Why it was lost, and whether it was refused. */
  readonly lost: Promise<readonly [string, boolean]>;
}

async function open(answer: Answering, more: Partial<StreamOptions> = {}): Promise<Opened> {
  const server = await serveHttp(answer);
  const target = new UpstreamTarget(new URL(server.origin));
  const texts: string[] = [];
  let lose: (reason: readonly [string, boolean]) => void = () => {};
  const lost = new Promise<readonly [string, boolean]>((resolve) => {
    lose = resolve;
  });
  const stream = new ResumableStream({
    maxMessageBytes: 1_000,
    get: (lastEventId) => {
      const headers = lastEventId === undefined ? [] : ['Last-Event-ID', lastEventId];
      return target.request({ method: 'GET', headers });
    },
    needsEventId: false,
    messages: (frames) => {
      for (const frame of frames) texts.push(frame.kind === 'line' ? frame.body.toString() : 'cut');
    },
    isDone: () => false,
    lost: (reason, isRefused) => lose([reason, isRefused]),
    ...more,
  });
  onTeardown(() => {
    stream.close();
    target.close();
  });
  await stream.open();
  return { server, stream, texts, lost };
}

describe('a stream that ends', () => {
  it('is asked for again from its last event, not before the time that the server wants', async () => {
    const times: number[] = [];
    const { server, texts, lost } = await open((received) => {
      times.push(performance.now());
      if (times.length === 3) return void received.response.writeHead(404).end();
      openEvents(received)(`id: e${times.length}\nretry: 120\ndata: ${times.length}\n\n`);
      received.response.end();
    });
    expect(await lost).toEqual([
      'the stream could not be resumed: the server answered HTTP 404',
      true,
    ]);
    expect(texts).toEqual(['1', '2']);
    const ids = server.seen.map(({ request }) => request.headers['last-event-id']);
    expect(ids).toEqual([undefined, 'e1', 'e2']);
    const [first = 0, second = 0, third = 0] = times;
    expect(Math.min(second - first, third - second)).toBeGreaterThanOrEqual(118);
  });

  it('is given up after some attempts without an event', async () => {
    // The waits between the attempts are random.
    const random = vi.spyOn(Math, 'random').mockReturnValue(0);
    onTeardown(() => random.mockRestore());
    const { server, lost } = await open(({ response }) => void response.writeHead(500).end());
    const [reason, isRefused] = await lost;
    expect(reason).toMatch(/HTTP 500 \(after \d attempts\)/);
    expect(isRefused).toBe(false);
    expect(server.seen.length).toBeLessThan(10);
  });

  it('is lost where it cannot go on from an event', async () => {
    const { server, lost } = await open(
      (received) => {
        openEvents(received)('data: 1\n\n');
        received.response.end();
      },
      { needsEventId: true },
    );
    expect(await lost).toEqual(['the server ended the stream before the answer', false]);
    expect(server.seen).toHaveLength(1);
  });

  it('is let go where nothing more is awaited', async () => {
    const { server, texts, stream } = await open(
      (received) => {
        openEvents(received)('id: 1\ndata: 1\n\n');
        received.response.end();
      },
      { isDone: () => true },
    );
    await expect.poll(() => texts).toEqual(['1']);
    await stream.open();
    expect(server.seen).toHaveLength(1);
  });
});
