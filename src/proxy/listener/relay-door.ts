import { ErrorCode } from '../../jsonrpc/error-code.js';
import { idOf } from '../../jsonrpc/id-of.js';
import { LentMemory } from '../../jsonrpc/lent-memory.js';
import type { AnswerHead } from '../../transport/answer-head.js';
import type { HttpRequest } from '../../transport/http-listener.js';
import { headerMismatch } from '../../transport/mcp-headers.js';
import { RelayExchange } from '../../transport/relay-exchange.js';
import type { RelayServerOptions } from '../../transport/relay-server.js';
import { clientRunKey } from '../run-key.js';
import { type Door, GRACE_MS, refuse, refuseMethod } from './door.js';
import { claimsVersion, eraOf } from './era.js';
import type { GroundFloor } from './ground.js';
import { headerOf, isJson, refuseType, senderOf } from './posted.js';
import { RelayScope } from './relay-scope.js';
import { RelaySessions } from './relay-sessions.js';
import type { RemoteServer } from './remote-server.js';

export const MCP_PATH = '/mcp';
const SESSION = 'mcp-session-id';

/** Streamable HTTP in front of Streamable HTTP: a reverse proxy that judges every body. */
export class RelayDoor implements Door {
  private readonly table: RelaySessions;
  /** Those with a request that is not over. */
  private readonly busy = new Set<RelayScope>();
  private readonly bodies: LentMemory;

  constructor(
    private readonly ground: GroundFloor,
    private readonly remote: RemoteServer,
    /** Sees every answer first; true when it is taken care of elsewhere. */
    private readonly turnsAside: RelayServerOptions['turnsAside'] = () => false,
  ) {
    const { guard, cap } = ground;
    this.bodies = new LentMemory(guard.releases);
    this.table = new RelaySessions(
      cap,
      () => guard.settings().proxy.sessionIdle,
      (id) => guard.runs.end(clientRunKey({ session: id, connection: '' })),
    );
  }

  get sessions(): number {
    return this.table.size;
  }

  take(request: HttpRequest): boolean {
    if (request.path !== MCP_PATH) return false;
    const id = headerOf(request, SESSION);
    if (this.table.wasEnded(id) && request.method !== 'DELETE') {
      refuse(request, 404, ErrorCode.SessionNotFound, 'the session has ended', idText(request));
      return true;
    }
    switch (request.method) {
      case 'POST':
        this.post(request, id);
        break;
      case 'GET':
      case 'DELETE': {
        const exchange = this.exchangeOf(request, id, false);
        (this.table.get(id) ?? this.newScope()).pass(exchange);
        break;
      }
      default:
        refuseMethod(request, 'GET, POST, DELETE');
    }
    return true;
  }

  async close(reason: string): Promise<void> {
    await Promise.all([...this.busy].map((scope) => scope.idle.within(GRACE_MS)));
    for (const scope of this.busy) scope.end(reason);
    this.table.close();
  }

  killNow(): void {}

  private post(request: HttpRequest, id: string | undefined): void {
    if (!isJson(request)) {
      refuseType(request);
      return;
    }
    const known = this.table.get(id);
    // Within a session of an earlier revision the body is not needed to see where it belongs.
    const { 'mcp-method': method, 'mcp-name': name } = request.headers;
    const isPlain = known !== undefined && method === undefined && name === undefined;
    const message = isPlain ? undefined : parsed(request.body);
    const refusal = isPlain ? undefined : this.refusalOf(request, message);
    if (refusal !== undefined) {
      refuse(request, refusal.status, refusal.code, refusal.reason, idText(request));
      return;
    }
    const scope = known ?? this.newScope();
    const exchange = this.exchangeOf(request, id, claimsVersion(message));
    const full = known === undefined ? this.whyNotNow(scope, exchange, message) : undefined;
    if (full === undefined) scope.post(exchange);
    else refuse(request, 503, ErrorCode.Refused, full, idText(request));
  }

  /** Why nothing can be begun with this message at the moment. */
  private whyNotNow(
    scope: RelayScope,
    exchange: RelayExchange,
    message: unknown,
  ): string | undefined {
    const opens = eraOf(message, exchange.request.headers) === 'initialize';
    return opens ? this.table.reserve(scope, exchange) : this.ground.cap.whyClosed;
  }

  /** Why the server must not see this body, beside what the guard may find. */
  private refusalOf(
    request: HttpRequest,
    message: unknown,
  ): { readonly status: number; readonly code: ErrorCode; readonly reason: string } | undefined {
    // What header and body disagree on is the server's to refuse; but one that believed the header would do another thing.
    const mismatch = headerMismatch(request.headers, message, [], { required: false });
    return mismatch === undefined
      ? undefined
      : { status: 400, code: ErrorCode.HeaderMismatch, reason: mismatch };
  }

  private exchangeOf(
    request: HttpRequest,
    session: string | undefined,
    leavingCancels: boolean,
  ): RelayExchange {
    const { runHeader } = this.ground.guard.settings().proxy;
    const known = this.table.get(session) === undefined ? undefined : session;
    return new RelayExchange(request, senderOf(request, known, runHeader), leavingCancels);
  }

  private newScope(): RelayScope {
    const options: RelayServerOptions = {
      target: this.remote.target,
      headersOf: ({ request }) => this.remote.headersFor(request),
      pathOf: ({ request }) => this.remote.pathFor(request),
      maxMessageBytes: () => this.ground.guard.settings().proxy.maxMessageBytes,
      turnsAside: this.turnsAside,
      bodies: this.bodies,
      recordsFirst: this.ground.guard.recordsFirst,
      letGo: () => this.ground.guard.releases.letGo(),
      onHead: (exchange, answer) => this.noteSession(scope, exchange, answer),
    };
    const scope: RelayScope = new RelayScope(this.ground.guard, options, this.busy, () => {
      this.table.end(scope, 'the run was killed');
    });
    return scope;
  }

  /** A session begins with the answer to `initialize`, goes on after fuze was started anew, and ends with DELETE or 404. */
  private noteSession(scope: RelayScope, exchange: RelayExchange, answer: AnswerHead): void {
    const { status } = answer;
    const { request } = exchange;
    // Only what the server calls a session is one: clients can make up any number.
    const given = answer.header(SESSION);
    const isWell = status >= 200 && status < 300;
    if (isWell && request.method !== 'DELETE' && !exchange.leavingCancels) {
      if (given !== undefined) this.table.add(given, scope);
    } else if (isWell || status === 404) {
      this.table.remove(headerOf(request, SESSION));
    }
    this.remote.rewriteChallenge(exchange, answer);
  }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    // The guard refuses it, in the words that it has for that.
    return undefined;
  }
}

function idText({ body }: HttpRequest): string | null {
  return idOf(body)?.raw ?? null;
}
