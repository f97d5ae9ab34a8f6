import type { Trip } from '../guard/decision.js';
import type { Run } from '../guard/run.js';
import type { IdKey } from '../jsonrpc/id.js';
import { type Line, ReceivedLine } from '../jsonrpc/line.js';
import type { ServerTransport, Transport, Via } from '../transport/transport.js';
import { CallGuard } from './call-guard.js';
import { ClientSide } from './client-side.js';
import { Deadlines } from './deadlines.js';
import type { Exchange } from './exchange.js';
import type { LongCalls } from './long-calls.js';
import { OneTimeEvent } from './one-time-event.js';
import { type PendingRequest, PendingRequests } from './pending-requests.js';
import { SamplingMeter } from './sampling-meter.js';
import { ServerSide } from './server-side.js';
import type { SessionGround } from './session-ground.js';
import { Turns } from './turns.js';
import { Unanswered } from './unanswered.js';

/** Above this the far side's reader is behind: the near side waits. */
const BACKLOG_MARK = 1 << 20;

/** How much of what came from a transport may wait before it is made to wait. */
function markOf({ lends }: Transport): number {
  return lends === true ? 0 : BACKLOG_MARK;
}

function pass(to: Transport, message: Line | Buffer | string, via: Via | undefined): void {
  if (message instanceof ReceivedLine && to.pass !== undefined) to.pass(message);
  else
    to.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : message.raw, via);
}

/** The two ends of a session, and who hears of what happens there. */
export interface SessionEnds {
  readonly client: Transport;
  readonly server: ServerTransport;
  /** Called after the answer to a killed run has been sent, with `on_kill = "disconnect"`. */
  readonly onDisconnect: () => void;
  readonly onClientEnd: () => void;
  readonly onServerEnd: () => void;
  /** A request was refused because the server is gone or fuze ends. */
  readonly onRefusedGone: () => void;
}

export interface SessionOptions extends SessionEnds, SessionGround {
  readonly longCalls: LongCalls;
  /** Whether they end with the session: its server is its own. */
  readonly ownsLongCalls: boolean;
  readonly onTrip: (trip: Trip, run: Run) => void;
  /** Takes the params of `initialize`. */
  readonly onInitialize: (params: unknown) => void;
}

/** One client and one server, spliced. */
export class Session {
  private readonly pending = new PendingRequests();
  private readonly exchange: Exchange;
  private readonly unanswered: Unanswered;
  private readonly turns: Turns;
  private killed = false;
  private onIdle: (() => void) | undefined;
  /** Set when the server can answer nothing any more: what to tell whoever still asks. */
  private goneReason: string | undefined;

  constructor(private readonly options: SessionOptions) {
    const { client, server, recorder, catalog, settings, log, clock } = options;
    const { now } = clock;
    const serverRequests = new Set<IdKey>();
    const deadlines = new Deadlines({
      now,
      waitsForClient: () => serverRequests.size > 0,
      open: () => this.pending.all(),
      onTimeout: (request) => this.turn(() => this.unanswered.timedOut(request)),
    });
    const guard = new CallGuard({
      settings,
      runs: options.runs,
      catalog,
      recorder,
      settler: options.settler,
      longCalls: options.longCalls,
      deadlines,
      now,
      forward: ({ raw }, { via }) => this.toServer(raw, via),
      answer: (request, text) => this.answer(request, text),
      onTrip: options.onTrip,
      onKill: () => {
        this.killed = settings().proxy.onKill === 'disconnect';
      },
      turn: (work) => this.turn(work),
    });
    this.exchange = {
      settings,
      log,
      pending: this.pending,
      catalog,
      deadlines,
      recorder,
      guard,
      serverRequests,
      sampling: new SamplingMeter({
        run: () => guard.lastRun,
        providers: () => settings().providers,
        log,
      }),
      gone: () => this.goneReason,
      onRefusedGone: options.onRefusedGone,
      onInitialize: options.onInitialize,
      toServer: (message, via) => this.toServer(message, via),
      toClient: (message, via) => pass(client, message, via),
      cancelAtServer: ({ id, via }, reason) => {
        if (this.goneReason === undefined) server.cancel(id, reason, via);
      },
      answer: (request, text) => this.answer(request, text),
      noise: options.noise,
    };
    this.unanswered = new Unanswered(this.exchange);
    this.turns = new Turns({
      ...{ client, server, recorder, clock, releases: options.releases },
      settleReleased: () => guard.released.settleAll(),
      after: () => this.afterTurn(),
    });
  }

  start(): void {
    const { turns } = this;
    const { client, server } = this.options;
    const fromClient = new ClientSide(this.exchange);
    const fromServer = new ServerSide(this.exchange);
    client.start({
      messages: (frames, via) => turns.takeAll(frames, (frame) => fromClient.take(frame, via)),
      drained: () => this.balance(),
      lost: () => {},
      left: (via) => this.turn(() => this.unanswered.left(via)),
      ended: () => this.options.onClientEnd(),
    });
    server.start({
      messages: (frames, via) => turns.takeAll(frames, (frame) => fromServer.take(frame, via)),
      drained: () => this.balance(),
      lost: (requests, loss) => this.turn(() => this.unanswered.lost(requests, loss)),
      left: () => {},
      ended: () => this.options.onServerEnd(),
    });
  }

  /** True while the client is made to wait: then its end of file cannot be seen either. */
  get holdsClientBack(): boolean {
    const { client, server } = this.options;
    return server.backlog > markOf(client) || client.backlog > 4 * BACKLOG_MARK;
  }

  /** True while the client does not read, and the server is made to wait. */
  get holdsServerBack(): boolean {
    const { client, server } = this.options;
    return client.backlog > markOf(server);
  }

  /** Happens when no request waits for an answer. */
  get idle(): OneTimeEvent<void> {
    const event = new OneTimeEvent<void>();
    this.onIdle = () => event.happen();
    if (this.isIdle) event.happen();
    return event;
  }

  private get isIdle(): boolean {
    return this.pending.size === 0 && this.turns.areOver;
  }

  /** Answers every open request with an error, now and from now on: the server is gone, or fuze ends. */
  abandon(reason: string, unknown: 'server exited' | 'fuze stopped'): void {
    this.goneReason = reason;
    this.turn(() => {
      this.unanswered.abandoned(reason, unknown);
      if (this.options.ownsLongCalls) this.options.longCalls.abandon(unknown);
    });
    this.options.releases.letGo();
    this.exchange.deadlines.stop();
  }

  private turn(work: () => void): void {
    this.turns.take(work);
  }

  private afterTurn(): void {
    this.balance();
    if (this.killed) {
      this.killed = false;
      this.options.onDisconnect();
    }
    if (this.isIdle) this.onIdle?.();
  }

  /**
   * Backpressure. A client that does not read makes the server wait, and the other way round. Reading from the
   * client goes on while only its own answers are stuck, up to a higher mark: a client that writes much before
   * it reads would wait for ever.
   */
  private balance(): void {
    const { client, server } = this.options;
    if (this.holdsServerBack) server.pause();
    else server.resume();
    if (this.holdsClientBack) client.pause();
    else client.resume();
  }

  private toServer(message: Line | Buffer | string, via: Via | undefined): void {
    if (this.goneReason === undefined) pass(this.options.server, message, via);
  }

  private answer(request: PendingRequest, text: string): void {
    this.pending.remove(request);
    if (request.batch === undefined) this.options.client.send(text, request.via);
    else request.batch.add(text);
  }
}
