import { randomUUID } from 'node:crypto';
import { ErrorCode } from '../../jsonrpc/error-code.js';
import type { HttpRequest } from '../../transport/http-listener.js';
import { SseSession } from '../../transport/sse-session.js';
import { clientRunKey } from '../run-key.js';
import { type Door, refuse, refuseMethod } from './door.js';
import type { Ground } from './ground.js';
import { HostedSession } from './hosted-session.js';
import { credentialsOf, frameOf, isJson, refuseType, senderOf, takesEvents } from './posted.js';
import { SessionTable } from './session-table.js';

const STREAM_PATH = '/sse';
const POST_PATH = '/messages';
const SESSION = 'sessionId';

/** HTTP+SSE of 2024-11-05: a stream at `/sse`, POSTs to `/messages`, and a session as long as the stream. */
export class SseDoor implements Door {
  private readonly table: SessionTable<SseSession>;

  constructor(private readonly ground: Ground) {
    const { guard, cap } = ground;
    this.table = new SessionTable(
      () => guard.settings().proxy.sessionIdle,
      (id) => {
        cap.leave();
        guard.runs.end(clientRunKey({ session: id, connection: '' }));
      },
    );
  }

  get sessions(): number {
    return this.table.size;
  }

  take(request: HttpRequest): boolean {
    if (request.path === STREAM_PATH) {
      if (request.method === 'GET') this.open(request);
      else refuseMethod(request, 'GET');
      return true;
    }
    if (request.path !== POST_PATH) return false;
    if (request.method === 'POST') this.post(request);
    else refuseMethod(request, 'POST');
    return true;
  }

  close(reason: string): Promise<void> {
    return this.table.close(reason);
  }

  killNow(): void {
    this.table.killNow();
  }

  private open(request: HttpRequest): void {
    if (!takesEvents(request)) {
      refuse(request, 406, ErrorCode.Refused, 'Accept must have text/event-stream');
      return;
    }
    const { guard, cap, openUpstream } = this.ground;
    const full = cap.enter();
    if (full !== undefined) {
      refuse(request, 503, ErrorCode.Refused, full);
      return;
    }
    const id = randomUUID();
    const client = new SseSession(request.reply, `${POST_PATH}?${SESSION}=${id}`);
    const credentials = credentialsOf(request, guard.settings().proxy.token);
    const session = new HostedSession(client, openUpstream(credentials), guard, credentials);
    this.table.add(id, session);
  }

  private post(request: HttpRequest): void {
    if (!isJson(request)) {
      refuseType(request);
      return;
    }
    const id = request.query.get(SESSION) ?? '';
    const session = this.table.get(id);
    if (session === undefined) {
      const reason = `there is no session ${JSON.stringify(id)}: open ${STREAM_PATH} first`;
      refuse(request, 404, ErrorCode.SessionNotFound, reason);
      return;
    }
    const { runHeader, token } = this.ground.guard.settings().proxy;
    Object.assign(session.credentials, credentialsOf(request, token));
    session.client.post({
      frame: frameOf(request),
      sender: senderOf(request, id, runHeader),
      reply: request.reply,
    });
  }
}
