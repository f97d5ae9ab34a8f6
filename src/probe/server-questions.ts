import type { Frame } from '../jsonrpc/framing.js';
import { isObject } from '../jsonrpc/is-object.js';
import type { ServerTransport } from '../transport/transport.js';
import { ProbeError } from './probe-target.js';

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: ProbeError) => void;
}

function parsed(frame: Frame): unknown {
  if (frame.kind === 'oversize') return undefined;
  try {
    return JSON.parse(frame.body.toString('utf8'));
  } catch {
    // A banner or a log line among the messages.
    return undefined;
  }
}

/** Asks a server one thing after the other; what it asks itself is answered with "no such method". */
export class ServerQuestions {
  private readonly waiting = new Map<unknown, Waiting>();
  private lastId = 0;

  constructor(private readonly server: ServerTransport) {
    server.start({
      messages: (frames) => {
        for (const frame of frames) this.take(parsed(frame));
      },
      drained: () => {},
      lost: (_, { reason }) => this.fail(`the server cannot be asked: ${reason}`),
      left: () => {},
      ended: () => this.fail('the server closed its output'),
    });
  }

  /** The result; rejects with ProbeError where the answer is an error or none comes. */
  ask(method: string, params: object): Promise<unknown> {
    this.lastId += 1;
    const id = this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.send({ id, method, params });
    });
  }

  tell(method: string): void {
    this.send({ method });
  }

  private send(members: object): void {
    this.server.send(JSON.stringify({ jsonrpc: '2.0', ...members }));
    this.server.flush();
  }

  private take(message: unknown): void {
    if (!isObject(message)) return;
    const { id, method, result, error } = message;
    if (typeof method === 'string') {
      if (id === undefined) return;
      const answer =
        method === 'ping' ? { result: {} } : { error: { code: -32601, message: 'no' } };
      this.send({ id, ...answer });
      return;
    }
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new ProbeError(`the server answered with ${JSON.stringify(error)}`));
  }

  private fail(reason: string): void {
    for (const { reject } of this.waiting.values()) reject(new ProbeError(reason));
    this.waiting.clear();
  }
}
