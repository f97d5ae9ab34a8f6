import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import type { UpstreamAnswer } from '../../src/transport/upstream-answer.js';
import { UpstreamError } from '../../src/transport/upstream-error.js';
import { UpstreamTarget } from '../../src/transport/upstream-request.js';
import { wholeBody } from '../../src/transport/whole-body.js';
import { onTeardown } from '../e2e/support/teardown.js';

const POST = { method: 'POST', headers: [], body: Buffer.from('{}') } as const;

interface Opened {
  readonly target: UpstreamTarget;
  /** Connections that were made, in their order. */
  readonly sockets: readonly Socket[];
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
/** Said by a server that reads nothing more. */
const DEAF = OK.replace('OK', 'Deaf');

/** A server that says `answers` by turns, each to whatever came, and byte for byte. */
async function saying(...answers: readonly string[]): Promise<Opened> {
  const sockets: Socket[] = [];
  let said = 0;
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', () => {
      const answer = answers[said] ?? '';
      said += 1;
      socket.write(answer);
      if (answer === DEAF) socket.pause();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const target = new UpstreamTarget(new URL(`http://127.0.0.1:${port}/mcp`));
  onTeardown(() => {
    target.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { target, sockets };
}

async function bodyOf(answer: UpstreamAnswer): Promise<string> {
  return (await wholeBody(answer, 1_000)).toString();
}

async function failureOf(target: UpstreamTarget): Promise<UpstreamError> {
  const error: unknown = await target.request(POST).response.catch((cause: unknown) => cause);
  if (error instanceof UpstreamError) return error;
  throw new Error(`no UpstreamError but ${String(error)}`);
}

describe('an answer of the server', () => {
  it('has its status and its headers as they came', async () => {
    const { target } = await saying(
      'HTTP/1.1 201 Made\r\nX-One: a\r\nx-one:  \xe4 \r\nContent-Length: 0\r\n\r\n',
    );
    const answer = await target.request(POST).response;
    expect(answer.status).toBe(201);
    expect(answer.rawHeaders).toEqual(['X-One', 'a', 'x-one', 'Ã¤', 'Content-Length', '0']);
    expect(answer.header('x-one')).toBe('a, Ã¤');
    expect(answer.header('x-two')).toBeUndefined();
    expect(await bodyOf(answer)).toBe('');
  });

  it('comes after what was said before it', async () => {
    const early = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n';
    const { target } = await saying(early + OK);
    const answer = await target.request(POST).response;
    expect([answer.status, answer.header('link'), await bodyOf(answer)]).toEqual([
      200,
      undefined,
      'ok',
    ]);
  });

  it('that waited long leaves no connection behind, for the server may be about to close it', async () => {
    const { target, sockets } = await saying(OK);
    const answer = await target.request(POST).response;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await bodyOf(answer)).toBe('ok');
    await target.request(POST).written;
    await vi.waitFor(() => expect(sockets).toHaveLength(2));
  });

  it('waits for whoever reads it, its end too', async () => {
    const { target } = await saying(OK, 'HTTP/1.1 204 No Content\r\n\r\n');
    for (const expected of ['ok', '']) {
      const answer = await target.request(POST).response;
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
      expect(await bodyOf(answer)).toBe(expected);
    }
  });

  it('stops while its reader is behind', async () => {
    const chunk = `1000\r\n${'x'.repeat(4_096)}\r\n`;
    const { target, sockets } = await saying(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    const answer = await target.request(POST).response;
    let length = 0;
    const ended = new Promise<void>((resolve, reject) => {
      answer.read({
        chunk: (bytes) => {
          if (length === 0) answer.pause();
          length += bytes.length;
        },
        ended: resolve,
        broken: reject,
      });
    });
    const [socket] = sockets;
    socket?.write(chunk.repeat(4_000));
    await vi.waitFor(() => expect(length).toBeGreaterThan(0));
    // What the system holds is far less than all: the server is made to wait.
    await vi.waitFor(() => expect(socket?.writableNeedDrain).toBe(true));
    expect(length).toBeLessThan(4_096 * 1_000);
    answer.resume();
    socket?.write('0\r\n\r\n');
    await ended;
    expect(length).toBe(4_096 * 4_000);
  });

  it.each([
    ['two lengths', 'Content-Length: 2\r\nContent-Length: 3\r\n\r\nok'],
    ['a length and chunks', 'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['a folded line', 'X-One: a\r\n b\r\nContent-Length: 2\r\n\r\nok'],
    ['a length that is none', 'Content-Length: 0x2\r\n\r\nok'],
    ['headers without end', `${'X-One: a\r\n'.repeat(4_000)}\r\n`],
  ])('is none with %s', async (_, rest) => {
    const { target, sockets } = await saying(`HTTP/1.1 200 OK\r\n${rest}`);
    expect((await failureOf(target)).mayHaveRun).toBe(true);
    await vi.waitFor(() => expect(sockets[0]?.destroyed).toBe(true));
  });

  it.each([
    ['101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c', 'another protocol'],
    ['101 Switching Protocols', 'status 101'],
    ['999 Beyond', 'status 999'],
  ])('is none of the status %j', async (head, words) => {
    const { target } = await saying(`HTTP/1.1 ${head}\r\n\r\n`);
    const { message, mayHaveRun } = await failureOf(target);
    expect([message, mayHaveRun]).toEqual([expect.stringContaining(words), true]);
  });

  it('is broken where it ends too early', async () => {
    const { target, sockets } = await saying('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok');
    const answer = await target.request(POST).response;
    const body = bodyOf(answer);
    sockets[0]?.end();
    await expect(body).rejects.toThrow('cut');
  });
});

describe('a kept connection', () => {
  it('carries the next request, one at a time', async () => {
    const { target, sockets } = await saying(OK, OK, OK, OK);
    for (let call = 0; call < 2; call += 1) {
      expect(await bodyOf(await target.request(POST).response)).toBe('ok');
    }
    expect(sockets).toHaveLength(1);
    await Promise.all([1, 2].map(async () => (await target.request(POST).response).abort()));
    expect(sockets).toHaveLength(2);
  });

  it('carries none where the server said more than it was asked', async () => {
    const { target, sockets } = await saying(OK + OK, OK);
    expect(await bodyOf(await target.request(POST).response)).toBe('ok');
    await vi.waitFor(() => expect(sockets[0]?.destroyed).toBe(true));
    expect(await bodyOf(await target.request(POST).response)).toBe('ok');
    expect(sockets).toHaveLength(2);
  });

  it('carries none while the server has not read what it has answered already', async () => {
    const { target, sockets } = await saying(DEAF, OK);
    const body = Buffer.alloc(30_000_000);
    expect(await bodyOf(await target.request({ ...POST, body }).response)).toBe('ok');
    expect(await bodyOf(await target.request(POST).response)).toBe('ok');
    expect(sockets).toHaveLength(2);
  });

  it('is made for each of many requests at once, of which some are kept', async () => {
    const { target, sockets } = await saying(...Array.from({ length: 600 }, () => OK));
    for (let turn = 0; turn < 2; turn += 1) {
      const answers = Array.from({ length: 300 }, async () =>
        bodyOf(await target.request(POST).response),
      );
      expect(new Set(await Promise.all(answers))).toEqual(new Set(['ok']));
    }
    expect(sockets).toHaveLength(300 + 300 - 256);
  });

  it('carries none where the server closes after its answer', async () => {
    const closing = 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok';
    const { target, sockets } = await saying(closing, OK);
    for (let call = 0; call < 2; call += 1) {
      expect(await bodyOf(await target.request(POST).response)).toBe('ok');
    }
    expect(sockets).toHaveLength(2);
  });
});

describe('a request that is given up', () => {
  it('before there is a connection is never sent', async () => {
    const { target, sockets } = await saying(OK);
    const sent = target.request(POST);
    sent.abort();
    await expect(sent.response).rejects.toThrow('given up');
    expect(sockets.every(({ bytesRead }) => bytesRead === 0)).toBe(true);
  });

  it('while its answer is read breaks that', async () => {
    const { target, sockets } = await saying('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok');
    const sent = target.request(POST);
    const body = bodyOf(await sent.response);
    sent.abort();
    await expect(body).rejects.toThrow('given up');
    await vi.waitFor(() => expect(sockets[0]?.destroyed).toBe(true));
  });
});
