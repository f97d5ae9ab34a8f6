import { ErrorCode } from '../../jsonrpc/error-code.js';
import type { HttpRequest } from '../../transport/http-listener.js';
import { forwardedResponseHeaders } from '../../transport/proxied-headers.js';
import { UpstreamError } from '../../transport/upstream-error.js';
import { type Door, refuse } from './door.js';
import { MCP_PATH } from './relay-door.js';
import { originOf, type RemoteServer } from './remote-server.js';
import { rewrittenIssuer, rewrittenMetadata } from './resource-metadata.js';

const WELL_KNOWN = '/.well-known/';
const RESOURCE_METADATA = '/.well-known/oauth-protected-resource';
const AUTHORITY_METADATA = /^\/\.well-known\/(oauth-authorization-server|openid-configuration)/;
/** Where servers of 2025-03-26 without metadata have their endpoints ("Fallbacks for Servers without Metadata Discovery"). */
const FALLBACKS = new Set(['/authorize', '/token', '/register']);
const MAX_BYTES = 1 << 20;

/** What a client needs to log in to the server: its metadata, and the endpoints of old servers that are their own authority. */
export class LoginDoor implements Door {
  readonly sessions = 0;

  constructor(private readonly remote: RemoteServer) {}

  take(request: HttpRequest): boolean {
    const { path } = request;
    const isLogin =
      path.startsWith(WELL_KNOWN) || FALLBACKS.has(path) || this.remote.announced.has(path);
    if (!isLogin) return false;
    void this.pass(request);
    return true;
  }

  /** Answers of other doors are still on their way over the same connections. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  killNow(): void {}

  private async pass(request: HttpRequest): Promise<void> {
    const { remote } = this;
    const { reply, method, path, query, body } = request;
    const search = query.size === 0 ? '' : `?${query}`;
    const upstream = remote.target.request({
      method,
      path: this.serverPath(path) + search,
      headers: remote.headersFor(request),
      ...(body.length === 0 ? {} : { body }),
      redirects: 'pass',
    });
    try {
      const response = await upstream.response;
      const parts: Buffer[] = [];
      let length = 0;
      for await (const chunk of response) {
        const bytes = Buffer.from(chunk);
        length += bytes.length;
        if (length > MAX_BYTES) throw new Error(`its answer is above ${MAX_BYTES} bytes`);
        parts.push(bytes);
      }
      reply.whole(
        response.statusCode ?? 502,
        this.asSeenHere(request, Buffer.concat(parts)),
        forwardedResponseHeaders(response.rawHeaders),
      );
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      refuse(request, 502, ErrorCode.Refused, `${path}: ${reason}`);
      if (!(error instanceof UpstreamError)) upstream.abort();
    }
  }

  /** Metadata names fuze where it names the server: to its clients it is what they asked. */
  private asSeenHere(request: HttpRequest, answer: Buffer): Buffer {
    const { url, announced } = this.remote;
    const { path } = request;
    const here = originOf(request);
    if (path.startsWith(RESOURCE_METADATA) || announced.has(path)) {
      return rewrittenMetadata(answer, url, `${here}${MCP_PATH}`);
    }
    return AUTHORITY_METADATA.test(path) ? rewrittenIssuer(answer, url, here) : answer;
  }

  /** Clients ask for the metadata of the path that they know, which is fuze's. */
  private serverPath(path: string): string {
    const { pathname } = this.remote.url;
    const isForMcp = path.startsWith(WELL_KNOWN) && path.endsWith(MCP_PATH);
    if (!isForMcp || this.remote.announced.has(path)) return path;
    return path.slice(0, -MCP_PATH.length) + (pathname === '/' ? '' : pathname);
  }
}
