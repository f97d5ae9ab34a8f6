import type { HttpRequest } from '../../transport/http-listener.js';
import { answerKind, readAnswer } from '../../transport/read-answer.js';
import type { RelayExchange } from '../../transport/relay-exchange.js';
import type { UpstreamAnswer } from '../../transport/upstream-answer.js';
import type { Door } from './door.js';
import type { GroundFloor } from './ground.js';
import { RelayDoor } from './relay-door.js';
import type { RemoteServer } from './remote-server.js';
import type { StreamableDoor } from './streamable-door.js';

/** How a server of 2024-11-05 may answer a POST to its stream (MCP, Transports, "Backwards Compatibility"). */
const NO_POST = new Set([400, 404, 405]);
/** How long it may take to name its endpoint. */
const ENDPOINT_MS = 5_000;
const MAX_EVENT_BYTES = 65_536;

/** In front of a URL of which nobody has said what it speaks: taken for Streamable HTTP until an answer says otherwise. */
export class FoundOutDoor implements Door {
  private readonly relay: RelayDoor;
  /** Undefined until an answer has told. */
  private spoken: 'http' | 'sse' | undefined;

  constructor(
    floor: GroundFloor,
    private readonly remote: RemoteServer,
    private readonly overSse: StreamableDoor,
  ) {
    this.relay = new RelayDoor(floor, remote, (exchange, answer) =>
      this.turnsAside(exchange, answer),
    );
  }

  get sessions(): number {
    return this.relay.sessions + this.overSse.sessions;
  }

  take(request: HttpRequest): boolean {
    return this.spoken === 'sse' ? this.overSse.take(request) : this.relay.take(request);
  }

  async close(reason: string): Promise<void> {
    await Promise.all([this.relay.close(reason), this.overSse.close(reason)]);
  }

  killNow(): void {
    this.overSse.killNow();
  }

  /** True when the server turns out to speak HTTP+SSE: the request is then taken by the other door. */
  private turnsAside(exchange: RelayExchange, answer: UpstreamAnswer): boolean | Promise<boolean> {
    const { status } = answer;
    if (exchange.request.method !== 'POST') return false;
    if (status >= 200 && status < 300) this.spoken ??= 'http';
    if (this.spoken === 'http' || !NO_POST.has(status)) return false;
    return this.tryOverSse(exchange.request, answer);
  }

  private async tryOverSse(request: HttpRequest, answer: UpstreamAnswer): Promise<boolean> {
    if (this.spoken === undefined && !(await this.namesEndpoint(request))) return false;
    this.spoken = 'sse';
    answer.discard();
    this.overSse.take(request);
    return true;
  }

  private async namesEndpoint(request: HttpRequest): Promise<boolean> {
    const { target, url } = this.remote;
    const giveUp = AbortSignal.timeout(ENDPOINT_MS);
    const upstream = target.request({
      method: 'GET',
      path: url.pathname + url.search,
      headers: [...this.remote.credentialsFor(request), 'Accept', 'text/event-stream'],
      signal: giveUp,
    });
    try {
      const answer = await upstream.response;
      if (answer.status !== 200 || answerKind(answer) !== 'events') return false;
      return await new Promise((resolve) => {
        const no = (): void => resolve(false);
        readAnswer(answer, MAX_EVENT_BYTES, {
          message: no,
          events: (events) => {
            const named = events.find(({ data }) => data !== undefined);
            if (named !== undefined) resolve(named.event === 'endpoint');
          },
          other: no,
          ended: no,
          broken: no,
        });
      });
    } catch {
      // It does not speak this either: the first answer stands.
      return false;
    } finally {
      upstream.abort();
    }
  }
}
