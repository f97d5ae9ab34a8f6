import type { CutBytes } from '../jsonrpc/bounded-bytes.js';
import type { Frame } from '../jsonrpc/framing.js';
import { idOf } from '../jsonrpc/id-of.js';
import type { LentMemory } from '../jsonrpc/lent-memory.js';
import type { ServerSentEvent } from './event-framer.js';
import { mayHaveRun } from './http-loss.js';
import { type AnswerReader, type AnswerReading, answerKind, readAnswer } from './read-answer.js';
import type { RelayLeg } from './relay-leg.js';
import type { Loss } from './transport.js';
import type { UpstreamAnswer } from './upstream-answer.js';

/** A client that is further behind makes the server wait. */
const BEHIND_BYTES = 1 << 20;

/** A status that ends an answer with its head, whatever type its body has. */
const NO_CONTENT = 204;

export interface RelayAnswerOptions {
  readonly maxMessageBytes: number;
  /** Where bodies are put together to be looked at; they are passed on in the pieces in which they came. */
  readonly bodies: LentMemory;
  /** Whether what became of a request is written down before its client sees it. */
  readonly recordsFirst: boolean;
}

/** Who hears of an answer on its way. */
export interface RelayListener {
  messages(frames: readonly Frame[]): void;
  /**
   * Nothing more comes. `loss` holds for what has no answer yet; what is left to say for the server by `last` must be
   * said behind what is written down of it.
   */
  over(loss: Loss, last?: () => void): void;
}

/** Passes the server's answer to an exchange on, and shows fuze the messages in it first. */
export function relayAnswer(
  leg: RelayLeg,
  answer: UpstreamAnswer,
  { maxMessageBytes, bodies, recordsFirst }: RelayAnswerOptions,
  listener: RelayListener,
): void {
  const { via: exchange } = leg;
  const { status } = answer;
  const declared = answerKind(answer);
  const kind = declared === 'events' && status === NO_CONTENT ? 'json' : declared;
  if (kind === 'other') {
    passOther(leg, answer, recordsFirst, listener);
    return;
  }
  const isError = status >= 400;
  let body: readonly Buffer[] = [];
  const reader: AnswerReader = {
    message: (whole, pieces) => {
      if (Buffer.isBuffer(whole)) {
        body = pieces;
        exchange.lend(whole, pieces);
      }
      // Errors of HTTP often have a body that answers no request; it passes with its status.
      const isMessage = !isError || (Buffer.isBuffer(whole) && idOf(whole) !== undefined);
      if (isMessage) listener.messages([unchanged(whole)]);
    },
    events: (events) => takeEvents(leg, events, reading, listener),
    other: () => {},
    ended: () => {
      const passes = isError ? !leg.isPart : !exchange.isOpen;
      const loss = {
        reason: 'the server ended its answer without the message that was asked for',
        errorClass: `HTTP ${status}`,
        mayHaveRun: mayHaveRun(status),
        told: passes && kind === 'json',
      };
      listener.over(loss, passes ? () => exchange.pass(body) : undefined);
    },
    broken: (error) => listener.over(brokenBy(error)),
  };
  const reading: AnswerReading = readAnswer(answer, maxMessageBytes, reader, bodies);
  // A body goes out when it is whole; events go out as they come, and wait for the client.
  if (kind === 'events') {
    exchange.begin();
    exchange.request.reply.onDrain(() => reading.resume());
  }
}

/** A body that goes on as the body that it is, line ends and all. */
function unchanged(body: Buffer | CutBytes): Frame {
  return Buffer.isBuffer(body) ? { kind: 'line', raw: body, body } : { kind: 'oversize', ...body };
}

/**
 * A page of an error, or nothing but a status: no message can be in it that fuze would have to see. Where a request waits
 * whose fate is to be written down, the last piece goes out behind that: with it the client has the whole answer.
 */
function passOther(
  leg: RelayLeg,
  answer: UpstreamAnswer,
  recordsFirst: boolean,
  listener: RelayListener,
): void {
  const { via: exchange } = leg;
  const { status } = answer;
  const { reply } = exchange.request;
  // Others have their answers by the same reply, and in messages.
  const passes = !leg.isPart;
  const isHeld = recordsFirst && exchange.isOpen;
  let last: Buffer | undefined;
  const passLast = (): void => {
    if (!passes) return;
    exchange.begin();
    if (last !== undefined) reply.write(last);
    last = undefined;
  };
  if (!isHeld) passLast();
  reply.onDrain(() => answer.resume());
  answer.read({
    chunk: (bytes) => {
      if (last !== undefined) passLast();
      last = bytes;
      if (!isHeld) passLast();
      if (reply.backlog > BEHIND_BYTES) answer.pause();
    },
    broken: (error) => {
      const told = passes && reply.begun;
      // A page that breaks off must not look as if that were all of it.
      listener.over({ ...brokenBy(error), told }, told ? () => reply.cut() : undefined);
    },
    ended: () => {
      const loss = {
        reason: `the server answered with HTTP ${status}`,
        errorClass: `HTTP ${status}`,
        mayHaveRun: mayHaveRun(status),
        told: passes,
      };
      listener.over(loss, passLast);
    },
  });
}

/** Messages are judged and passed on as the events that they came in; what is none passes as it is, in its place. */
function takeEvents(
  leg: RelayLeg,
  events: readonly ServerSentEvent[],
  reading: AnswerReading,
  listener: RelayListener,
): void {
  const { via: exchange } = leg;
  let frames: Frame[] = [];
  const deliver = (): void => {
    if (frames.length > 0) listener.messages(frames);
    frames = [];
  };
  for (const { raw, data, event, id, oversize } of events) {
    if (id !== undefined) leg.isResumable = !exchange.leavingCancels;
    if (oversize !== undefined) frames.push({ kind: 'oversize', ...oversize });
    else if (data !== undefined && data.length > 0 && event === 'message') {
      frames.push({ kind: 'line', raw, body: data });
    } else {
      deliver();
      exchange.passOn(raw);
    }
  }
  deliver();
  if (exchange.request.reply.backlog > BEHIND_BYTES) reading.pause();
}

function brokenBy(error: Error): Loss {
  const reason = `the connection to the server broke: ${error.message}`;
  return { reason, errorClass: 'connection lost', mayHaveRun: true, told: false };
}
