import { ErrorCode } from '../../jsonrpc/error-code.js';
import { idOf } from '../../jsonrpc/id-of.js';
import { isObject } from '../../jsonrpc/is-object.js';
import { backoffDelay } from '../../transport/backoff.js';
import type { HttpRequest } from '../../transport/http-listener.js';
import { headerMismatch } from '../../transport/mcp-headers.js';
import { SharedClients } from '../../transport/shared-clients.js';
import type { PostedMessage } from '../../transport/streamable-session.js';
import { refuse } from './door.js';
import type { Ground } from './ground.js';
import { HostedSession } from './hosted-session.js';
import { SessionTable } from './session-table.js';

const ID = 'shared';
/** Many clients share it: it is reached in the name of none. */
const NOBODY = { authorization: undefined };
/** A server that lived this long was well: its end is no sign that the next will die too. */
const WELL_MS = 10_000;

/**
 * The one server that all clients of 2026-07-28 share: their requests stand for themselves. It starts with the first
 * of them, and after a crash with the next one, but not at once when it crashes again and again.
 */
export class SharedServer {
  private readonly table: SessionTable<SharedClients>;
  private crashes = 0;
  private startedAt = 0;
  /** Monotonic milliseconds before which it is not started again. */
  private restAfterCrash = 0;

  constructor(private readonly ground: Ground) {
    this.table = new SessionTable(
      () => ground.guard.settings().proxy.sessionIdle,
      (_, { serverExited }) => this.ended(serverExited),
    );
  }

  /** Takes a POST whose body is `message`. */
  post(request: HttpRequest, message: unknown, posted: PostedMessage): void {
    const { guard } = this.ground;
    const id = idOf(request.body)?.raw ?? null;
    const params = guard.catalog.paramHeaders(toolOf(message));
    const mismatch = headerMismatch(request.headers, message, params, { required: true });
    if (mismatch !== undefined) {
      refuse(request, 400, ErrorCode.HeaderMismatch, mismatch, id);
      return;
    }
    const session = this.table.get(ID);
    const reason = session === undefined ? this.whyNotNow() : undefined;
    if (reason !== undefined) refuse(request, 503, ErrorCode.Refused, reason, id);
    else (session ?? this.start()).client.post(posted);
  }

  close(reason: string): Promise<void> {
    return this.table.close(reason);
  }

  killNow(): void {
    this.table.killNow();
  }

  /** Why the server cannot be started at this moment. */
  private whyNotNow(): string | undefined {
    const wait = this.restAfterCrash - performance.now();
    if (wait <= 0) return this.ground.cap.whyClosed;
    return `the server has crashed ${this.crashes} times in a row; it is started again in ${Math.ceil(wait / 1_000)} s`;
  }

  private start(): HostedSession<SharedClients> {
    this.startedAt = performance.now();
    const { guard, openUpstream } = this.ground;
    const session = new HostedSession(new SharedClients(), openUpstream(NOBODY), guard, NOBODY);
    this.table.add(ID, session);
    return session;
  }

  private ended(crashed: boolean): void {
    const now = performance.now();
    const wasWell = !crashed || now - this.startedAt >= WELL_MS;
    this.crashes = wasWell ? 0 : this.crashes + 1;
    this.restAfterCrash = this.crashes < 2 ? 0 : now + backoffDelay(this.crashes, Math.random());
  }
}

/** The tool that a `tools/call` names. */
function toolOf(message: unknown): string {
  const params = isObject(message) ? message.params : undefined;
  return isObject(params) && typeof params.name === 'string' ? params.name : '';
}
