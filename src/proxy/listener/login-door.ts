import { ErrorCode } from '../../jsonrpc/error-code.js';
import type { HttpRequest } from '../../transport/http-listener.js';
import { forwardedResponseHeaders } from '../../transport/proxied-headers.js';
import { answerKind } from '../../transport/read-answer.js';
import { UpstreamError } from '../../transport/upstream-error.js';
import { wholeBody } from '../../transport/whole-body.js';
import { type Door, refuse, refuseMethod } from './door.js';
import { logsIn } from './login-body.js';
import { type LoginPath, loginPath } from './login-path.js';
import { MCP_PATH } from './relay-door.js';
import { originOf, type RemoteServer } from './remote-server.js';
import { rewrittenIssuer, rewrittenMetadata } from './resource-metadata.js';

const MAX_BYTES = 1 << 20;

/** What a client needs to log in to the server: its metadata, and the endpoints of old servers that are their own authority. */
export class LoginDoor implements Door {
  readonly sessions = 0;

  constructor(private readonly remote: RemoteServer) {}

  take(request: HttpRequest): boolean {
    const login = loginPath(request.path, this.remote.url, this.remote.announced);
    if (login === undefined) return false;
    if (!login.methods.includes(request.method)) refuseMethod(request, login.methods.join(', '));
    else if (
      request.method === 'POST' &&
      !logsIn(request.body, request.headers['content-type'] ?? '')
    ) {
      const reason = `the body could be a message of MCP, which belongs to ${MCP_PATH}`;
      refuse(request, 400, ErrorCode.InvalidRequest, reason);
    } else void this.pass(request, login);
    return true;
  }

  /** Answers of other doors are still on their way over the same connections. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  killNow(): void {}

  private async pass(request: HttpRequest, { atServer, tells }: LoginPath): Promise<void> {
    const { remote } = this;
    const { reply, method, path, query, body } = request;
    const search = query.size === 0 ? '' : `?${query}`;
    const upstream = remote.target.request({
      method,
      path: atServer + search,
      headers: remote.headersFor(request),
      ...(method === 'POST' ? { body } : {}),
      redirects: 'pass',
    });
    reply.onClose((early) => {
      if (early) upstream.abort();
    });
    try {
      const answer = await upstream.response;
      // It could carry answers to calls, which must pass the guard.
      if (answerKind(answer) === 'events') throw new Error('it is a stream of events');
      const body = await wholeBody(answer, MAX_BYTES);
      reply.whole(
        answer.status,
        this.asSeenHere(request, tells, body),
        forwardedResponseHeaders(answer.rawHeaders),
      );
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      refuse(request, 502, ErrorCode.Refused, `${path}: ${reason}`);
      if (!(error instanceof UpstreamError)) upstream.abort();
    }
  }

  /** Metadata names fuze where it names the server: to its clients it is what they asked. */
  private asSeenHere(request: HttpRequest, tells: LoginPath['tells'], answer: Buffer): Buffer {
    const { url } = this.remote;
    const here = originOf(request);
    switch (tells) {
      case 'resource':
        return rewrittenMetadata(answer, url, `${here}${MCP_PATH}`);
      case 'authority':
        return rewrittenIssuer(answer, url, here);
      case undefined:
        return answer;
    }
  }
}
