import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { BoundedBytes, type CutBytes } from '../jsonrpc/bounded-bytes.js';
import { EventFramer, type ServerSentEvent } from './event-framer.js';

/** Who reads an answer. One of `ended` and `broken` comes last, and once. */
export interface AnswerReader {
  /** A JSON body as it came; of one that was too long the ends. */
  message(body: Buffer | CutBytes): void;
  /** The events that one chunk completed, comments and bare retries among them. */
  events(events: readonly ServerSentEvent[]): void;
  /** A body of another type, as far as it is worth showing. */
  other(snippet: string): void;
  ended(): void;
  /** The connection was cut, or the body cannot be decoded. */
  broken(error: Error): void;
}

/** An answer being read. */
export interface AnswerReading {
  pause(): void;
  resume(): void;
}

export type AnswerKind = 'json' | 'events' | 'other';

/** Bytes of a body that is neither JSON nor events: enough to tell an error page by. */
const SNIPPET_BYTES = 500;

export function answerKind({ headers }: IncomingMessage): AnswerKind {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'text/event-stream') return 'events';
  return type === 'application/json' || type.endsWith('+json') ? 'json' : 'other';
}

/** The body in clear: some servers compress though they were asked not to. Its size is bounded where it is read. */
function decoded(response: IncomingMessage): Readable {
  const encoding = response.headers['content-encoding']?.trim().toLowerCase();
  const decoder =
    encoding === 'gzip' || encoding === 'x-gzip'
      ? createGunzip()
      : encoding === 'deflate'
        ? createInflate()
        : encoding === 'br'
          ? createBrotliDecompress()
          : undefined;
  if (decoder === undefined) return response;
  response.once('error', (error) => decoder.destroy(error));
  decoder.once('error', () => response.destroy());
  return response.pipe(decoder);
}

/** Reads the body of an answer by its type; of a message above `maxMessageBytes` only the ends are kept. */
export function readAnswer(
  response: IncomingMessage,
  maxMessageBytes: number,
  reader: AnswerReader,
): AnswerReading {
  const kind = answerKind(response);
  const body = decoded(response);
  let over = false;
  const finish = (last: () => void): void => {
    if (over) return;
    over = true;
    last();
  };
  const take = chunkTaker(kind, maxMessageBytes, reader);
  body.on('data', (chunk: Buffer) => take.chunk(chunk));
  body.on('end', () =>
    finish(() => {
      take.end();
      reader.ended();
    }),
  );
  body.on('error', (error) => finish(() => reader.broken(error)));
  body.on('close', () => finish(() => reader.broken(new Error('the connection was cut'))));
  return { pause: () => void body.pause(), resume: () => void body.resume() };
}

function chunkTaker(
  kind: AnswerKind,
  maxMessageBytes: number,
  reader: AnswerReader,
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
        if (!bytes.isEmpty) reader.message(bytes.take());
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
