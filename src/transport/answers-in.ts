import type { Frame } from '../jsonrpc/framing.js';
import type { RequestId } from '../jsonrpc/id.js';
import { isObject } from '../jsonrpc/is-object.js';
import { readOversize } from '../jsonrpc/oversize.js';
import { valueText } from '../jsonrpc/scan.js';
import { type AnswerMessage, readServerMessage } from '../jsonrpc/server-message.js';

/** A response found in what a server sent. */
export interface FoundAnswer {
  /** Undefined for an error that names none. */
  readonly id: RequestId | undefined;
  /** The parsed `result`; undefined for an error and for a message that was too long to keep. */
  result(): unknown;
  /** Undefined for a result, and where it cannot be read. */
  error(): AnswerError | undefined;
}

export interface AnswerError {
  readonly code: unknown;
  readonly message: string;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function found({ id, bytes, result, error }: AnswerMessage): FoundAnswer {
  return {
    id,
    result: () => (result === undefined ? undefined : parsed(valueText(bytes, result))),
    error: () => {
      const value = error === undefined ? undefined : parsed(valueText(bytes, error));
      if (!isObject(value) || typeof value.message !== 'string') return undefined;
      return { code: value.code, message: value.message };
    },
  };
}

/** The responses in one frame: one, none, or those of a batch. */
export function answersIn(frame: Frame): readonly FoundAnswer[] {
  if (frame.kind === 'oversize') {
    const { id, kind } = readOversize(frame.head, frame.tail);
    if (id === undefined || kind === 'request') return [];
    return [{ id, result: () => undefined, error: () => undefined }];
  }
  const message = readServerMessage(frame.body);
  if (message.kind === 'answer') return [found(message)];
  if (message.kind !== 'batch') return [];
  return message.elements
    .map((bytes) => readServerMessage(bytes))
    .filter((element) => element.kind === 'answer')
    .map(found);
}

/** The response to a request, if it is among these frames. */
export function answerTo(id: RequestId, frames: readonly Frame[]): FoundAnswer | undefined {
  return frames.flatMap(answersIn).find((answer) => answer.id?.key === id.key);
}
