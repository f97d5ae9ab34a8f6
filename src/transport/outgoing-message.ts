import { type ClientMessage, readClientMessage } from '../jsonrpc/client-message.js';
import type { RequestId } from '../jsonrpc/id.js';
import { isObject } from '../jsonrpc/is-object.js';

/** A request that waits for its answer. */
export interface OutgoingRequest {
  readonly id: RequestId;
  readonly method: string;
}

/** A message on its way to a remote server, read as far as HTTP must know it. */
export interface OutgoingMessage {
  /** As it came, without the line end. */
  readonly bytes: Buffer;
  /** Undefined for responses and batches. */
  readonly method: string | undefined;
  /** More than one in a batch; none in a notification or a response. */
  readonly requests: readonly OutgoingRequest[];
  /** The tool of a `tools/call`. */
  readonly tool: string | undefined;
  /** The request that `notifications/cancelled` takes back. */
  readonly cancels: RequestId | undefined;
  /** The protocol version that it claims in `_meta` (2026-07-28); undefined in the initialize era. */
  readonly claim: string | undefined;
  /** What it leaves behind in its session, in words, so that another session could not take its place. */
  readonly binds: string | undefined;
}

const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion';
const LF = 0x0a;
const CR = 0x0d;

function unframed(message: Buffer): Buffer {
  let end = message.length;
  if (message[end - 1] === LF) end -= 1;
  if (message[end - 1] === CR) end -= 1;
  return message.subarray(0, end);
}

function claimIn(meta: unknown): string | undefined {
  const claim = isObject(meta) ? meta[VERSION_KEY] : undefined;
  return typeof claim === 'string' ? claim : undefined;
}

function claimOf(message: ClientMessage): string | undefined {
  if (message.kind === 'call') return claimIn(message.meta);
  const hasParams = message.kind === 'request' || message.kind === 'notification';
  return hasParams && isObject(message.params) ? claimIn(message.params._meta) : undefined;
}

/** Revision 2025-11-25, "Tasks": a call that asks to be run as a task names it in `params.task`. */
function asksForTask(bytes: Buffer): boolean {
  if (!bytes.includes('"task"')) return false;
  const value: unknown = JSON.parse(bytes.toString('utf8'));
  return isObject(value) && isObject(value.params) && value.params.task !== undefined;
}

function bindingOf(message: ClientMessage, bytes: Buffer): string | undefined {
  if (message.kind === 'call') return asksForTask(bytes) ? 'tasks' : undefined;
  if (message.kind !== 'request') return undefined;
  if (message.method === 'resources/subscribe') return 'subscriptions';
  if (message.method === 'logging/setLevel') return 'a log level';
  return message.method.startsWith('tasks/') ? 'tasks' : undefined;
}

function methodOf(message: ClientMessage): string | undefined {
  switch (message.kind) {
    case 'call':
      return 'tools/call';
    case 'request':
    case 'notification':
      return message.method;
    case 'cancelled':
      return 'notifications/cancelled';
    case 'response':
    case 'batch':
    case 'invalid':
      return undefined;
  }
}

function requestsOf(message: ClientMessage): readonly OutgoingRequest[] {
  switch (message.kind) {
    case 'batch':
      return message.elements.flatMap((one) => requestsOf(one.message));
    case 'request':
    case 'call':
    // What cannot be read in one way only goes out where nothing is judged, and has its answer all the same.
    case 'invalid':
      return message.id === undefined ? [] : [{ id: message.id, method: methodOf(message) ?? '' }];
    case 'notification':
    case 'cancelled':
    case 'response':
      return [];
  }
}

export function readOutgoing(message: Buffer | string): OutgoingMessage {
  const bytes = typeof message === 'string' ? Buffer.from(message) : unframed(message);
  const read = readClientMessage(bytes);
  return {
    bytes,
    method: methodOf(read),
    requests: requestsOf(read),
    tool: read.kind === 'call' ? read.tool : undefined,
    cancels: read.kind === 'cancelled' ? read.id : undefined,
    claim: claimOf(read),
    binds: bindingOf(read, bytes),
  };
}

export function idsOf(requests: readonly OutgoingRequest[]): RequestId[] {
  return requests.map(({ id }) => id);
}

/** True for the handshake of the initialize era. */
export function opensSession({ claim, method }: OutgoingMessage): boolean {
  return claim === undefined && method === 'initialize';
}
