import type { Settings } from '../config/settings.js';

/** One `fuze proxy` in front of one server that it starts. */
export interface ProxyOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Name of the server in logs, traces and the ledger. */
  readonly name: string;
  /** Of fuze, for the trace. */
  readonly version: string;
  readonly stateDir: string;
  readonly verbose: boolean;
  readonly settings: Settings;
  /** Reads the settings anew, for when the file changed. Throws when they are invalid. */
  readonly reload: () => Settings;
}
