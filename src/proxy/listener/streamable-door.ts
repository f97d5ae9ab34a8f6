import { randomUUID } from 'node:crypto';
import { ErrorCode } from '../../jsonrpc/error-code.js';
import { idOf } from '../../jsonrpc/id-of.js';
import type { HttpRequest } from '../../transport/http-listener.js';
import { type PostedMessage, StreamableSession } from '../../transport/streamable-session.js';
import { clientRunKey } from '../run-key.js';
import { type Door, refuse, refuseMethod } from './door.js';
import { eraOf } from './era.js';
import type { Ground } from './ground.js';
import { HostedSession } from './hosted-session.js';
import {
  credentialsOf,
  frameOf,
  headerOf,
  isJson,
  refuseType,
  senderOf,
  takesEvents,
} from './posted.js';
import { SessionTable } from './session-table.js';
import { SharedServer } from './shared-server.js';

const PATH = '/mcp';
const SESSION = 'mcp-session-id';
const VERSION = 'mcp-protocol-version';
/** Revisions with sessions over Streamable HTTP, as a client may name them. */
const SESSION_ERA = new Set(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25']);

/** Streamable HTTP in front of a server that knows nothing of HTTP: sessions up to 2025-11-25, and 2026-07-28 beside them. */
export class StreamableDoor implements Door {
  private readonly table: SessionTable<StreamableSession>;
  private readonly shared: SharedServer;

  constructor(private readonly ground: Ground) {
    const { guard, cap } = ground;
    this.table = new SessionTable(
      () => guard.settings().proxy.sessionIdle,
      (id) => {
        cap.leave();
        guard.runs.end(clientRunKey({ session: id, connection: '' }));
      },
    );
    this.shared = new SharedServer(ground);
  }

  get sessions(): number {
    return this.table.size;
  }

  take(request: HttpRequest): boolean {
    if (request.path !== PATH) return false;
    const id = headerOf(request, SESSION);
    const session = id === undefined ? undefined : this.table.get(id);
    if (id !== undefined && session === undefined) {
      const reason = 'there is no such session, or it has ended: initialize again';
      refuse(request, 404, ErrorCode.SessionNotFound, reason, idText(request));
      return true;
    }
    const version = headerOf(request, VERSION);
    if (session !== undefined && version !== undefined && !SESSION_ERA.has(version)) {
      const known = [...SESSION_ERA].join(', ');
      const reason = `MCP-Protocol-Version is ${version}; a session speaks one of ${known}`;
      refuse(request, 400, ErrorCode.Refused, reason, idText(request));
      return true;
    }
    switch (request.method) {
      case 'POST':
        this.post(request, id, session);
        break;
      case 'GET':
        this.listen(request, session);
        break;
      case 'DELETE':
        if (session === undefined) refuseMethod(request, 'POST');
        else {
          session.end('the client ended the session');
          request.reply.empty(200);
        }
        break;
      default:
        refuseMethod(request, 'GET, POST, DELETE');
    }
    return true;
  }

  async close(reason: string): Promise<void> {
    await Promise.all([this.table.close(reason), this.shared.close(reason)]);
  }

  killNow(): void {
    this.table.killNow();
    this.shared.killNow();
  }

  private post(
    request: HttpRequest,
    id: string | undefined,
    session: HostedSession<StreamableSession> | undefined,
  ): void {
    if (!isJson(request)) {
      refuseType(request);
      return;
    }
    if (session !== undefined) {
      const { token } = this.ground.guard.settings().proxy;
      Object.assign(session.credentials, credentialsOf(request, token));
      session.client.post(this.posted(request, id));
      return;
    }
    let message: unknown;
    try {
      message = JSON.parse(request.body.toString());
    } catch {
      refuse(request, 400, ErrorCode.ParseError, 'the body is not JSON');
      return;
    }
    const era = eraOf(message, request.headers);
    if (era === 'modern') {
      this.shared.post(request, message, this.posted(request, undefined));
    } else if (era === 'initialize') {
      this.open(request);
    } else if (era === 'legacy') {
      const reason = 'the Mcp-Session-Id header is missing: initialize first';
      refuse(request, 400, ErrorCode.Refused, reason, idText(request));
    } else {
      refuse(request, era.status, era.code, era.reason, idText(request));
    }
  }

  private open(request: HttpRequest): void {
    const { guard, cap, openUpstream } = this.ground;
    const full = cap.enter();
    if (full !== undefined) {
      refuse(request, 503, ErrorCode.Refused, full, idText(request));
      return;
    }
    const id = randomUUID();
    const credentials = credentialsOf(request, guard.settings().proxy.token);
    const upstream = openUpstream(credentials);
    const session = new HostedSession(new StreamableSession(), upstream, guard, credentials);
    this.table.add(id, session);
    request.reply.headers[SESSION] = id;
    session.client.post(this.posted(request, id));
  }

  private listen(
    request: HttpRequest,
    session: HostedSession<StreamableSession> | undefined,
  ): void {
    if (session === undefined) {
      refuseMethod(request, 'POST');
      return;
    }
    if (!takesEvents(request)) {
      refuse(request, 406, ErrorCode.Refused, 'Accept must have text/event-stream');
      return;
    }
    const last = headerOf(request, 'last-event-id');
    if (last === undefined) session.client.listen(request.reply, headerOf(request, VERSION));
    else if (!session.client.comeBack(request.reply, last)) {
      refuse(request, 400, ErrorCode.Refused, 'the Last-Event-ID is not from this session');
    }
  }

  private posted(request: HttpRequest, session: string | undefined): PostedMessage {
    const { runHeader } = this.ground.guard.settings().proxy;
    return {
      frame: frameOf(request),
      reply: request.reply,
      sender: senderOf(request, session, runHeader),
      takesEvents: takesEvents(request),
      version: headerOf(request, VERSION),
    };
  }
}

function idText({ body }: HttpRequest): string | null {
  return idOf(body)?.raw ?? null;
}
