import type { ServerSurroundings } from '../transport/spawn-server.js';

/** A server to be looked at: one that is started for it, or one that is elsewhere. */
export type ProbeTarget =
  | {
      readonly command: string;
      readonly args: readonly string[];
      /** Undefined: as fuze itself. */
      readonly where?: ServerSurroundings;
    }
  | {
      readonly url: URL;
      readonly transport: 'http' | 'sse' | undefined;
      /** Names and values by turns. */
      readonly headers: () => readonly string[];
    };

/** Why a server could not be looked at: for people, with what it said on stderr. */
export class ProbeError extends Error {
  override readonly name = 'ProbeError';
}
