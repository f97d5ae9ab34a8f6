import type { GuardedSessions } from './guarded-sessions.js';
import { liveReport } from './live-report.js';
import type { Log } from './log.js';
import type { GuardOptions } from './proxy-options.js';

/** A proxy that nobody has called yet is announced so long after its start: the first answer must not wait for it. */
const DELAY_MS = 1_000;

/** What is to be said of the clients. */
export interface Clients {
  /** How many are connected. */
  readonly sessions: () => number;
  /** The address where they connect, null on stdio. */
  readonly listens: string | null;
}

/**
 * Lets `fuze status` find this proxy from its first call on, or from a second after its start. Where the registry cannot
 * be written the proxy works on, and only says so in a verbose log. The function that it returns ends it.
 */
export function announceProxy(
  options: GuardOptions,
  guard: GuardedSessions,
  clients: Clients,
  log: Log,
): () => void {
  const { home, name, version, stateDir } = options;
  // Switched off, fuze leaves nothing behind, and there is no run to tell of.
  if (options.isOff) return () => {};
  const started = new Date().toISOString();
  let begun = false;
  let ended = false;
  let leave = (): void => {};

  const begin = async (): Promise<void> => {
    if (begun || ended) return;
    begun = true;
    const { announce } = await import('../presence/announce.js');
    const config = guard.settings().file ?? null;
    const facts = { name, version, started, config, stateDir, listens: clients.listens };
    const close = await announce(home, facts, {
      report: () => liveReport(guard, clients.sessions()),
      lift: (runId) => guard.lift(runId),
    });
    leave = close;
    if (ended) close();
  };
  const tryToBegin = (): void => {
    begin().catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      log.debug(`"fuze status" will not find this proxy: ${reason}`);
    });
  };

  const timer = setTimeout(tryToBegin, DELAY_MS).unref();
  void guard.firstCall.happened.then(tryToBegin);
  return () => {
    ended = true;
    clearTimeout(timer);
    leave();
  };
}
