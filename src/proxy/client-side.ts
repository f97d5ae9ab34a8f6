import type { ClientMessage } from '../jsonrpc/client-message.js';
import { readClientLine, readClientMessage } from '../jsonrpc/client-message.js';
import { ErrorCode } from '../jsonrpc/error-code.js';
import type { Frame } from '../jsonrpc/framing.js';
import type { RequestId } from '../jsonrpc/id.js';
import { type Line, ReceivedLine } from '../jsonrpc/line.js';
import { oneLine } from '../jsonrpc/one-line.js';
import { readOversize } from '../jsonrpc/oversize.js';
import { errorReply } from '../jsonrpc/reply.js';
import type { Via } from '../transport/transport.js';
import { BatchAnswers } from './batch-answers.js';
import type { Exchange } from './exchange.js';
import { MAX_PENDING, type PendingRequest } from './pending-requests.js';

type Oversize = Extract<Frame, { kind: 'oversize' }>;

/** How a message came: its answer goes back the same way. */
interface Way {
  readonly via: Via | undefined;
  readonly batch: BatchAnswers | undefined;
}

/** What comes from the client: judged, then forwarded as it came, answered, or held. */
export class ClientSide {
  constructor(private readonly exchange: Exchange) {}

  take(frame: Frame, via: Via | undefined): void {
    if (frame.kind === 'oversize') {
      this.refuseOversize(frame, via);
      return;
    }
    const message =
      frame instanceof ReceivedLine
        ? readClientLine(frame)
        : readClientMessage(frame.body, via === undefined ? 'line' : 'body');
    if (message.kind === 'batch') this.takeBatch(message, frame, via);
    else if (this.judge(message, frame, { via, batch: undefined })) {
      this.exchange.toServer(frame, via);
    }
  }

  /** Judges one message. True when it is to be forwarded now. */
  private judge(message: ClientMessage, sent: Pick<Line, 'raw'>, way: Way): boolean {
    const { exchange } = this;
    switch (message.kind) {
      case 'invalid':
        if (message.silent) exchange.log.warn(`not forwarded: ${message.reason}`);
        else this.refuse(message.id, message.code, message.reason, way);
        return false;
      case 'response':
        if (message.id !== undefined) {
          exchange.serverRequests.delete(message.id.key);
          exchange.sampling.answered(message.id, message.result);
        }
        return true;
      case 'notification':
        return true;
      case 'cancelled':
        return this.cancel(message.id);
      case 'request':
        if (message.method === 'initialize') exchange.onInitialize(message.params);
        return this.ask(message, way);
      case 'call': {
        if (message.id === undefined) {
          const reason = 'a tools/call without an id: its answer could not be seen';
          exchange.log.warn(`not forwarded: ${reason}`, { tool: message.tool });
          exchange.recorder.dropped(message, 'refused', reason);
          return false;
        }
        const request = this.register(message.id, 'tools/call', way);
        return request !== undefined && exchange.guard.take(request, message, sent);
      }
      case 'batch':
        this.refuse(undefined, ErrorCode.InvalidRequest, 'a batch inside a batch', way);
        return false;
    }
  }

  /** JSON-RPC 2.0, section 6. Calls that may run go on together; the others are answered with them. */
  private takeBatch(
    { elements }: Extract<ClientMessage, { kind: 'batch' }>,
    line: Line,
    via: Via | undefined,
  ): void {
    const batch = new BatchAnswers((array) => this.exchange.toClient(array, via));
    const forwarded = elements.filter(({ message, bytes }) =>
      this.judge(message, { raw: oneLine(bytes) }, { via, batch }),
    );
    if (forwarded.length === elements.length) this.exchange.toServer(line, via);
    else if (forwarded.length > 0) {
      const rest = forwarded.map(({ bytes }) => bytes.toString('utf8'));
      this.exchange.toServer(`[${rest.join(',')}]`, via);
    }
    batch.close();
  }

  /** True when the server is to be asked. */
  private ask(
    { id, method, params, taskId }: Extract<ClientMessage, { kind: 'request' }>,
    way: Way,
  ): boolean {
    const request = this.register(id, method, way);
    if (request === undefined) return false;
    if (taskId !== undefined) this.exchange.guard.asksOfTask(request, taskId, params);
    return true;
  }

  private register(id: RequestId, method: string, way: Way): PendingRequest | undefined {
    const { pending, gone } = this.exchange;
    const reason = gone();
    if (reason !== undefined) {
      this.refuse(id, ErrorCode.Refused, reason, way);
      this.exchange.onRefusedGone();
      return undefined;
    }
    if (pending.has(id)) {
      this.refuse(id, ErrorCode.InvalidRequest, `id ${id.raw} is still in flight`, way);
      return undefined;
    }
    if (pending.size >= MAX_PENDING) {
      const crowd = `${MAX_PENDING} requests are in flight without an answer`;
      this.refuse(id, ErrorCode.Refused, crowd, way);
      return undefined;
    }
    const request: PendingRequest = {
      id,
      method,
      via: way.via,
      batch: way.batch,
      call: undefined,
      deadline: undefined,
      held: false,
    };
    way.batch?.expect();
    pending.add(request);
    return request;
  }

  /** True when the server should hear of it: it knows nothing of a call that never reached it. */
  private cancel(id: RequestId | undefined): boolean {
    const { exchange } = this;
    const request = id && exchange.pending.get(id);
    if (request === undefined) return true;
    const reachedServer = !request.held;
    exchange.guard.abandon(request, 'cancelled');
    exchange.pending.giveUp(request);
    request.batch?.forget();
    return reachedServer;
  }

  private refuse(
    id: RequestId | undefined,
    code: ErrorCode,
    reason: string,
    { via, batch }: Way,
  ): void {
    const reply = errorReply(id?.raw ?? null, code, `fuze: ${reason}`);
    this.exchange.log.debug(`refused a message of the client: ${reason}`);
    if (batch === undefined) {
      if (id === undefined) via?.malformed();
      this.exchange.toClient(reply, via);
    } else {
      via?.refused();
      batch.expect();
      batch.add(reply);
    }
  }

  private refuseOversize({ length, head, tail }: Oversize, via: Via | undefined): void {
    const limit = this.exchange.settings().proxy.maxMessageBytes;
    const reason = `a message of ${length} bytes is above max_message_bytes (${limit})`;
    const { id, kind } = readOversize(head, tail);
    if (kind === 'response') this.refuseResponse(id, reason, via);
    else this.refuse(id, ErrorCode.InvalidRequest, reason, { via, batch: undefined });
  }

  /** It is the server that waits for it; the client may have a request of its own under the same id. */
  private refuseResponse(id: RequestId | undefined, reason: string, via: Via | undefined): void {
    const { exchange } = this;
    exchange.log.warn(`not passed on: ${reason}`);
    if (id === undefined) return;
    exchange.serverRequests.delete(id.key);
    exchange.sampling.answered(id, undefined);
    exchange.toServer(errorReply(id.raw, ErrorCode.InvalidRequest, `fuze: ${reason}`), via);
  }
}
