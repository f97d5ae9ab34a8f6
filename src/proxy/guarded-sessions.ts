import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { microsToUsd } from '../config/money.js';
import type { Settings } from '../config/settings.js';
import { canonicalJson, sha256Hex } from '../evidence/canonical.js';
import { SecretNames } from '../evidence/secret-names.js';
import { openTrace } from '../evidence/trace-writer.js';
import { createEngine } from '../guard/engine.js';
import { openLedger } from '../ledger/open.js';
import type { SqliteLedger } from '../ledger/sqlite-ledger.js';
import { privateDigest } from './answer-digest.js';
import type { CallObserver } from './call-observer.js';
import { CallSettler } from './call-settler.js';
import { LiveSettings } from './live-settings.js';
import type { Log } from './log.js';
import { LongCalls } from './long-calls.js';
import { OneTimeEvent } from './one-time-event.js';
import type { GuardOptions } from './proxy-options.js';
import { Recorder } from './recorder.js';
import { RunKeeper } from './run-keeper.js';
import { Session, type SessionEnds } from './session.js';
import type { SessionGround } from './session-ground.js';
import { SharedRelease } from './shared-release.js';
import { writeStderr } from './stderr.js';
import { ToolCatalog } from './tool-catalog.js';
import { TripReporter } from './trip-reporter.js';
import { TurnClock } from './turn-clock.js';

/** The guard of one proxy: engine, ledger, trace and trip logs, which all its sessions share. */
export interface GuardedSessions {
  readonly settings: () => Settings;
  readonly runs: RunKeeper;
  readonly catalog: ToolCatalog;
  /** Whether what a client sees must be in the trace before. */
  readonly recordsFirst: boolean;
  /** What waits for that. */
  readonly releases: SharedRelease;
  /** The first call of a tool has come. */
  readonly firstCall: OneTimeEvent<void>;
  /** Lets a run go on that a trip had ended; tells the trip, or undefined where there is no such run. */
  lift(runId: string): string | undefined;
  /**
   * Puts the guard between a client and a server. `server` is 'shared' where other sessions reach the same one: then a
   * call may go on in another session than it began in.
   */
  open(ends: SessionEnds, server: 'own' | 'shared'): Session;
  /** Ends the runs and the trace in order. */
  close(reason: string): void;
}

/** Banners and log lines that a server writes among its messages are shown up to here. */
const NOISE_SHOWN_BYTES = 2_000;

function clientName(params: unknown): string | undefined {
  if (typeof params !== 'object' || params === null || !('clientInfo' in params)) return undefined;
  const { clientInfo } = params;
  if (typeof clientInfo !== 'object' || clientInfo === null || !('name' in clientInfo)) return;
  return typeof clientInfo.name === 'string' ? clientInfo.name : undefined;
}

/** Opens what a proxy guards its sessions with. `observer` hears of every call. */
export function openGuard(
  options: GuardOptions,
  log: Log,
  observer?: CallObserver,
): GuardedSessions {
  const { name, version, stateDir, verbose } = options;
  const live = new LiveSettings(options.settings, options.reload, log);
  const { proxy, guard } = options.settings;
  const clock = new TurnClock();
  const { now } = clock;
  const trace =
    proxy.trace === undefined
      ? undefined
      : openTrace(proxy.trace, {
          session: {
            fuze: version,
            server: name,
            mode: guard.shadow ? 'shadow' : 'guard',
            maxCostPerRun: microsToUsd(guard.maxCostPerRun),
          },
          now: Date.now,
          onNotice: (text) => log.warn(text),
        });
  const hash = (value: unknown): string => sha256Hex(canonicalJson(value));
  const catalog = new ToolCatalog();
  const recorder = new Recorder({
    trace,
    capture: proxy.capture,
    secrets: new SecretNames(proxy.redact),
    log,
    verbose,
    now,
    hash,
    shadow: guard.shadow && !options.isOff,
    hints: (tool) => catalog.hints(tool),
    observer,
  });
  let ledger: SqliteLedger | undefined;
  const engine = createEngine({
    settings: () => live.current.guard,
    openLedger: () => {
      ledger = openLedger({ path: join(stateDir, 'ledger.db'), server: name });
      return ledger;
    },
    now,
    randomHex: (bytes) => randomBytes(bytes).toString('hex'),
    hash,
    canonical: { textOf: canonicalJson, hash: sha256Hex },
    effectsBlocked: () => (trace?.ready() === false ? 'the trace cannot be written' : undefined),
    crashWindow: () => live.current.proxy.runIdle,
    onProblem: (error) => log.error(error instanceof Error ? error.message : String(error)),
  });
  const firstCall = new OneTimeEvent<void>();
  const runs = new RunKeeper(
    engine,
    now,
    () => live.current.proxy.runIdle,
    (run) => recorder.runEnded(run.status()),
    () => firstCall.happen(),
  );
  const providers = (): Settings['providers'] => live.current.providers;
  const settler = new CallSettler(recorder, providers, privateDigest(), ({ runKey }) =>
    runs.touch(runKey),
  );
  const newLongCalls = (): LongCalls => new LongCalls(settler, hash, { providers, log });
  const sharedCalls = newLongCalls();
  const trips = new TripReporter({
    stateDir,
    latestPath: () => live.current.proxy.tripLog,
    serverName: name,
    recorder,
    log,
  });
  const releases = new SharedRelease(() => recorder.flush());
  const ground: SessionGround = {
    settings: () => live.current,
    runs,
    catalog,
    recorder,
    settler,
    log,
    clock,
    releases,
    noise: (bytes) => {
      const text = bytes.toString('utf8', 0, NOISE_SHOWN_BYTES).trimEnd();
      writeStderr(`fuze: [${name}, not a message] ${text}\n`);
    },
  };
  return {
    settings: ground.settings,
    runs,
    catalog,
    recordsFirst: recorder.comesFirst,
    releases,
    firstCall,
    lift: (runId) => {
      for (const { run } of runs.live()) {
        const trip = run.runId === runId ? run.lift() : undefined;
        if (trip === undefined) continue;
        recorder.lifted(trip.id, runId);
        return trip.id;
      }
      return undefined;
    },
    open: (ends, server) => {
      let agent: string | undefined;
      return new Session({
        ...ground,
        ...ends,
        longCalls: server === 'shared' ? sharedCalls : newLongCalls(),
        ownsLongCalls: server === 'own',
        onTrip: (trip, run) => trips.report(trip, run, agent),
        onInitialize: (params) => {
          agent = clientName(params);
        },
      });
    },
    close: (reason) => {
      live.close();
      sharedCalls.abandon('fuze stopped');
      runs.endAll();
      trace?.close({ reason });
      ledger?.close();
    },
  };
}
