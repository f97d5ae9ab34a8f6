import type { Via } from '../transport/transport.js';

/** W3C Trace Context, version 00: the trace id is the part that all calls of one agent's task share. */
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;
const NO_TRACE = '0'.repeat(32);
const PIPE = '';

function traceId(traceparent: unknown): string | undefined {
  if (typeof traceparent !== 'string') return undefined;
  const id = TRACEPARENT.exec(traceparent)?.[1];
  return id === NO_TRACE ? undefined : id;
}

/** The run of a client that sends nothing that would name one: its session's, or its connection's. */
export function clientRunKey({ session, connection }: Pick<Via, 'session' | 'connection'>): string {
  return session === undefined ? `connection ${connection}` : `session ${session}`;
}

/**
 * What tells the run of a call from others. On a pipe there is one client, and one run at a time. Over HTTP the
 * configured header counts first, for somebody asked for it; then the session, the trace id in the call's `_meta`,
 * and the connection.
 */
export function runKey(via: Via | undefined, meta: Readonly<Record<string, unknown>>): string {
  if (via === undefined) return PIPE;
  if (via.runName !== undefined) return `header ${via.runName}`;
  const trace = via.session === undefined ? traceId(meta.traceparent) : undefined;
  return trace === undefined ? clientRunKey(via) : `trace ${trace}`;
}
