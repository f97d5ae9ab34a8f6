import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTeardown } from './teardown.js';

/** An authorization server that asks nobody: it gives a code to every client that has registered (OAuth 2.1 with PKCE). */
export class Authority {
  /** The one access token that counts now. */
  token: string | undefined;
  /** The `resource` of each request for a token. */
  readonly resources: (string | null)[] = [];
  private readonly challenges = new Map<string, string>();
  private readonly clients = new Set<string>();
  private refresh: string | undefined;

  /** Answers the requests that are for it; false for all others. `issuer` is its own origin. */
  take(url: URL, body: string, response: ServerResponse, issuer: string): boolean {
    switch (url.pathname) {
      case '/.well-known/oauth-authorization-server':
        answer(response, 200, {
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          registration_endpoint: `${issuer}/register`,
          response_types_supported: ['code'],
          grant_types_supported: ['authorization_code', 'refresh_token'],
          code_challenge_methods_supported: ['S256'],
          token_endpoint_auth_methods_supported: ['none'],
        });
        return true;
      case '/register': {
        const client_id = randomUUID();
        this.clients.add(client_id);
        answer(response, 201, { ...JSON.parse(body), client_id });
        return true;
      }
      case '/authorize':
        this.authorize(url.searchParams, response);
        return true;
      case '/token':
        this.giveToken(new URLSearchParams(body), response);
        return true;
      default:
        return false;
    }
  }

  private authorize(asked: URLSearchParams, response: ServerResponse): void {
    if (!this.clients.has(asked.get('client_id') ?? '')) {
      answer(response, 400, { error: 'invalid_client' });
      return;
    }
    const code = randomUUID();
    this.challenges.set(code, asked.get('code_challenge') ?? '');
    const to = new URL(asked.get('redirect_uri') ?? '');
    to.searchParams.set('code', code);
    const state = asked.get('state');
    if (state !== null) to.searchParams.set('state', state);
    response.writeHead(302, { location: to.href }).end();
  }

  private giveToken(asked: URLSearchParams, response: ServerResponse): void {
    const verifier = asked.get('code_verifier') ?? '';
    const hashed = createHash('sha256').update(verifier).digest('base64url');
    const isNew = this.challenges.get(asked.get('code') ?? '') === hashed;
    const isRefresh = this.refresh !== undefined && asked.get('refresh_token') === this.refresh;
    if (!isNew && !isRefresh) {
      answer(response, 400, { error: 'invalid_grant' });
      return;
    }
    this.resources.push(asked.get('resource'));
    this.token = randomUUID();
    this.refresh = randomUUID();
    answer(response, 200, {
      access_token: this.token,
      refresh_token: this.refresh,
      token_type: 'Bearer',
      expires_in: 3600,
    });
  }
}

export function answer(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

export type Page = (
  request: IncomingMessage,
  body: string,
  response: ServerResponse,
  origin: string,
) => void;

/** Serves pages until the test ends; resolves with the origin. */
export async function servePages(page: Page): Promise<string> {
  let origin = '';
  const server = createServer(async (request, response) => {
    page(request, await text(request), response, origin);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTeardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  origin = `http://127.0.0.1:${address.port}`;
  return origin;
}
