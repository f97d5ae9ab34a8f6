import { connect, type Socket } from 'node:net';
import { onTeardown } from './teardown.js';

/** A connection that speaks HTTP byte by byte. It ends with its test. */
export class RawConnection {
  readonly socket: Socket;
  /** Resolves with all that came, when the connection has ended in whatever way. */
  readonly ended: Promise<string>;
  #text = '';

  constructor(port: number, host = '127.0.0.1') {
    this.socket = connect(port, host);
    this.socket.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString('latin1');
    });
    this.socket.on('error', () => this.socket.destroy());
    this.ended = new Promise((resolve) => this.socket.once('close', () => resolve(this.#text)));
    onTeardown(() => {
      this.socket.destroy();
    });
  }

  get text(): string {
    return this.#text;
  }

  write(bytes: string | Buffer): boolean {
    return this.socket.write(bytes);
  }

  /** Resolves with all that came as soon as it matches, or the connection has ended. */
  async until(pattern: RegExp): Promise<string> {
    return Promise.race([
      this.ended,
      new Promise<string>((resolve) => {
        const look = (): void => {
          if (!pattern.test(this.#text)) return;
          this.socket.off('data', look);
          resolve(this.#text);
        };
        this.socket.on('data', look);
        look();
      }),
    ]);
  }
}

export interface RawRequest {
  readonly method?: string;
  readonly target?: string;
  readonly host?: string | undefined;
  /** Whole header lines. */
  readonly headers?: readonly string[];
  readonly body?: string | Buffer;
}

/** The bytes of one request that closes its connection. */
export function requestBytes({ method = 'POST', target = '/mcp', ...rest }: RawRequest): Buffer {
  const { host = 'localhost', headers = [], body = '' } = rest;
  const length = headers.some((line) => /^(content-length|transfer-encoding):/i.test(line))
    ? []
    : [`Content-Length: ${Buffer.byteLength(body)}`];
  const lines = [`${method} ${target} HTTP/1.1`, `Host: ${host}`, ...headers, ...length];
  const head = [...lines, 'Connection: close', '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)]);
}

/** Sends one request and resolves with the whole answer. */
export function exchange(port: number, request: RawRequest): Promise<string> {
  const connection = new RawConnection(port);
  connection.write(requestBytes(request));
  return connection.ended;
}

/** The same as far as the head of the answer, for one that may never end. */
export function exchangeHead(port: number, request: RawRequest): Promise<string> {
  const connection = new RawConnection(port);
  connection.write(requestBytes(request));
  return connection.until(/\r\n\r\n/);
}

/** Status codes of the answers, in their order. */
export function statuses(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, code]) => Number(code));
}
