import { type CallMessage, readClientMessage } from '../../../src/jsonrpc/client-message.js';
import { type RequestId, readId } from '../../../src/jsonrpc/id.js';
import { type AnswerMessage, readServerMessage } from '../../../src/jsonrpc/server-message.js';
import type { BatchAnswers } from '../../../src/proxy/batch-answers.js';
import type { PendingRequest } from '../../../src/proxy/pending-requests.js';

/** An id as JSON text. */
export function idOf(raw: string): RequestId {
  const id = readId(raw);
  if (id === undefined) throw new Error(`no id: ${raw}`);
  return id;
}

export function request(rawId: string, batch?: BatchAnswers): PendingRequest {
  return {
    id: idOf(rawId),
    method: 'tools/call',
    via: undefined,
    batch,
    call: undefined,
    deadline: undefined,
    held: false,
  };
}

/** A `tools/call` with these params, as JSON text. */
export function callMessage(params = '{"name":"pay"}', rawId = '1'): CallMessage {
  const text = `{"jsonrpc":"2.0","id":${rawId},"method":"tools/call","params":${params}}`;
  const message = readClientMessage(Buffer.from(text));
  if (message.kind !== 'call') throw new Error(`no call: ${text}`);
  return message;
}

/** The answer of a server that has these members beside its id, as JSON text. */
export function answer(members: string): AnswerMessage {
  const text = `{"jsonrpc":"2.0","id":1${members === '' ? '' : `,${members}`}}`;
  const message = readServerMessage(Buffer.from(text));
  if (message.kind !== 'answer') throw new Error(`no answer: ${text}`);
  return message;
}
