import { BoundedBytes, type CutBytes } from '../jsonrpc/bounded-bytes.js';
import type { LentMemory } from '../jsonrpc/lent-memory.js';
import type { AnswerHead } from './answer-head.js';
import { type BodyReading, readDecoded } from './decoded-body.js';
import { EventFramer, type ServerSentEvent } from './event-framer.js';
import type { UpstreamAnswer } from './upstream-answer.js';

/** Who reads an answer. One of `ended` and `broken` comes last, and once. */
export interface AnswerReader {
  /** A JSON body as it came, and in the pieces in which it came; of one that was too long the ends. */
  message(body: Buffer | CutBytes, pieces: readonly Buffer[]): void;
  /** The events that one chunk completed, comments and bare retries among them. */
  events(events: readonly ServerSentEvent[]): void;
  /** A body of another type, as far as it is worth showing. */
  other(snippet: string): void;
  ended(): void;
  /** The connection was cut, or the body cannot be decoded. */
  broken(error: Error): void;
}

/** An answer being read. */
export type AnswerReading = BodyReading;

export type AnswerKind = 'json' | 'events' | 'other';

/** A shorter body lies in one piece most of the time, and is walked through as fast. */
const LENT_ABOVE = 4_096;

/** Bytes of a body that is neither JSON nor events: enough to tell an error page by. */
const SNIPPET_BYTES = 500;

export function answerKind(answer: AnswerHead): AnswerKind {
  const type = answer.header('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'text/event-stream') return 'events';
  return type === 'application/json' || type.endsWith('+json') ? 'json' : 'other';
}

/**
 * Reads the body of an answer by its type; of a message above `maxMessageBytes` only the ends are kept. Where memory is
 * lent, a JSON body of some length is put together there, and holds until `message` has returned.
 */
export function readAnswer(
  answer: UpstreamAnswer,
  maxMessageBytes: number,
  reader: AnswerReader,
  lent?: LentMemory,
): AnswerReading {
  const kind = answerKind(answer);
  const take = chunkTaker(kind, maxMessageBytes, reader, lent);
  return readDecoded(answer, {
    chunk: take.chunk,
    ended: () => {
      take.end();
      reader.ended();
    },
    broken: (error) => reader.broken(error),
  });
}

function chunkTaker(
  kind: AnswerKind,
  maxMessageBytes: number,
  reader: AnswerReader,
  lent: LentMemory | undefined,
): { chunk(chunk: Buffer): void; end(): void } {
  if (kind === 'events') {
    const framer = new EventFramer(maxMessageBytes);
    const deliver = (events: readonly ServerSentEvent[]): void => {
      if (events.length > 0) reader.events(events);
    };
    return { chunk: (chunk) => deliver(framer.push(chunk)), end: () => deliver(framer.end()) };
  }
  if (kind === 'json') {
    const bytes = new BoundedBytes(maxMessageBytes);
    return {
      chunk: (chunk) => bytes.add(chunk),
      end: () => {
        if (bytes.isEmpty) return;
        const { pieces } = bytes;
        const isLent = lent !== undefined && bytes.size > LENT_ABOVE && !bytes.isCut;
        reader.message(isLent ? lent.gather(pieces) : bytes.take(), pieces);
      },
    };
  }
  const bytes = new BoundedBytes(SNIPPET_BYTES);
  return {
    chunk: (chunk) => bytes.add(chunk),
    end: () => {
      if (bytes.isEmpty) return;
      const taken = bytes.take();
      const shown = Buffer.isBuffer(taken) ? taken : taken.head;
      reader.other(shown.toString('utf8', 0, SNIPPET_BYTES));
    },
  };
}
