import type { SpawnedServer } from '../transport/spawn-server.js';
import type { ServerTransport } from '../transport/transport.js';
import type { Ending } from './endings.js';
import type { OneTimeEvent } from './one-time-event.js';

/** A server that fuze starts. */
export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** The process, where it was started before anything else was known. */
  readonly started?: SpawnedServer | undefined;
}

/** A server that fuze reaches by HTTP. */
export interface ServerUrl {
  readonly url: URL;
  /** Undefined: found out by the first request. */
  readonly transport: 'http' | 'sse' | undefined;
  /** Headers of every request, names and values by turns; asked for each. */
  readonly headers: () => readonly string[];
}

export type ServerAddress = ServerCommand | ServerUrl;

/** The server that a session leads to, of whatever kind. */
export interface Upstream {
  readonly transport: ServerTransport;
  /** It ended by itself, or could not be started. A remote server never does: it may come back. */
  readonly ended: OneTimeEvent<Ending>;
  /** Must be told when the transport has delivered its last message. */
  transportEnded(): void;
  /** Ends it in order; resolves when nothing of it is left. */
  stop(): Promise<void>;
  /** Ends it at once, without waiting. */
  killNow(): void;
}
