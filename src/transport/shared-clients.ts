import { ErrorCode } from '../jsonrpc/error-code.js';
import type { Frame } from '../jsonrpc/framing.js';
import { replaceSpans } from '../jsonrpc/replace-members.js';
import { errorReply } from '../jsonrpc/reply.js';
import { type AnswerForm, AnswerStream, modernStatus } from './answer-stream.js';
import { answerSpans, askedSpans, type Spans } from './shared-ids.js';
import type { PostedMessage } from './streamable-session.js';
import type { Transport, TransportHandler, Via } from './transport.js';

/** A client that is so far behind is cut off: it must not make the others wait. */
const MAX_BEHIND_BYTES = 16 << 20;

/** A request on its way, under the number that the server knows it by. */
interface Asked {
  readonly stream: AnswerStream;
  /** As the client wrote them. */
  readonly id: string;
  readonly progressToken: string | undefined;
  readonly wantsLogs: boolean;
}

const FORM = { atOnce: false, priming: false, log: undefined, statusOf: modernStatus } as const;

/**
 * Many clients of 2026-07-28 over Streamable HTTP in front of one server on a pipe. Requests get numbers of fuze's in
 * place of the ids and progress tokens, which clients choose alike; what comes back gets the client's own again.
 */
export class SharedClients implements Transport {
  readonly isShared = true;
  private handler: TransportHandler | undefined;
  private readonly asked = new Map<string, Asked>();
  private readonly changed = new Set<AnswerStream>();
  private paused: PostedMessage[] | undefined;
  private lastNumber = 0;

  start(handler: TransportHandler): void {
    this.handler = handler;
  }

  /** Takes a POST of a client. */
  post(message: PostedMessage): void {
    if (this.paused !== undefined) {
      this.paused.push(message);
      return;
    }
    const { frame, reply, sender, takesEvents } = message;
    const form: AnswerForm = { ...FORM, takesEvents };
    this.lastNumber += 1;
    const key = String(this.lastNumber);
    const stream = new AnswerStream(sender, this.lastNumber, reply, form);
    this.changed.add(stream);
    const spans = frame.kind === 'line' ? askedSpans(frame.body) : undefined;
    if (typeof spans === 'string') {
      reply.json(400, errorReply(null, ErrorCode.InvalidRequest, `fuze: ${spans}`));
      return;
    }
    if (spans?.method === 'notifications/cancelled') {
      // Over HTTP a client takes a request back by closing its stream; the id here could be that of another client.
      reply.empty(202);
      return;
    }
    if (spans?.id !== undefined) {
      const { id, progressToken, wantsLogs } = spans;
      const asked = { stream, id: id.text, progressToken: progressToken?.text, wantsLogs };
      this.asked.set(key, asked);
    }
    reply.onClose((early) => {
      this.asked.delete(key);
      if (early && stream.isOpen) this.handler?.left(stream);
    });
    this.handler?.messages([numbered(frame, spans, key)], stream);
  }

  send(message: Buffer | string, via?: Via): void {
    const bytes = typeof message === 'string' ? Buffer.from(message) : message;
    const spans = answerSpans(bytes);
    const number = spans.id?.text ?? spans.progressToken?.text ?? spans.subscription?.text;
    const asked = this.asked.get(number ?? '');
    if (spans.isRequest) {
      this.refuseRequest(spans.id?.text ?? 'null');
    } else if (asked !== undefined) {
      this.put(asked.stream, restored(bytes, spans, asked));
    } else if (via instanceof AnswerStream) {
      this.put(via, bytes);
    } else if (number === undefined && spans.isLog) {
      const owner = this.onlyLogReader();
      if (owner !== undefined) this.put(owner.stream, bytes);
    }
  }

  flush(): void {
    for (const stream of this.changed) {
      stream.flush();
      if (stream.backlog > MAX_BEHIND_BYTES) stream.cut();
    }
    this.changed.clear();
  }

  /** True while a client waits for an answer. */
  get isInUse(): boolean {
    return this.asked.size > 0;
  }

  /** There is always another. */
  get hasLeft(): boolean {
    return false;
  }

  /** One slow client does not make the server wait for it: see `MAX_BEHIND_BYTES`. */
  get backlog(): number {
    return 0;
  }

  pause(): void {
    this.paused ??= [];
  }

  resume(): void {
    const { paused } = this;
    if (paused === undefined) return;
    this.paused = undefined;
    for (const message of paused) this.post(message);
  }

  keepAlive(): void {
    for (const { stream } of this.asked.values()) stream.keepAlive();
  }

  end(): void {
    for (const message of this.paused ?? []) {
      // Handed on all the same, for it is answered there that it came too late.
      this.paused = undefined;
      this.post(message);
    }
    this.flush();
    for (const { stream } of this.asked.values()) stream.end();
  }

  private put(stream: AnswerStream, message: Buffer): void {
    stream.send(message);
    this.changed.add(stream);
  }

  /** In this revision a server asks by its result; on a pipe it would wait for ever. */
  private refuseRequest(id: string): void {
    const reason = 'fuze: in 2026-07-28 a server does not send requests';
    const body = Buffer.from(errorReply(id, ErrorCode.MethodNotFound, reason));
    const raw = Buffer.concat([body, Buffer.from('\n')]);
    this.handler?.messages([{ kind: 'line', raw, body }]);
  }

  /** Nothing says whose call a log message is about: it goes out only where it can be no other's. */
  private onlyLogReader(): Asked | undefined {
    const [first, second] = [...this.asked.values()];
    return second === undefined && first?.wantsLogs === true ? first : undefined;
  }
}

function numbered(frame: Frame, spans: Spans | undefined, key: string): Frame {
  if (spans === undefined || frame.kind === 'oversize') return frame;
  const own = [spans.id, spans.progressToken].filter((span) => span !== undefined);
  const body = replaceSpans(
    frame.body,
    own.map(({ start, end }) => ({ start, end, text: key })),
  );
  return { kind: 'line', raw: body, body };
}

function restored(bytes: Buffer, spans: Spans, { id, progressToken }: Asked): Buffer {
  const own = [
    spans.id && { ...spans.id, text: id },
    spans.progressToken && { ...spans.progressToken, text: progressToken ?? 'null' },
    spans.subscription && { ...spans.subscription, text: id },
  ];
  return replaceSpans(
    bytes,
    own.filter((span) => span !== undefined),
  );
}
