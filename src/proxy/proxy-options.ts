import type { Settings } from '../config/settings.js';
import type { ServerAddress } from './upstream.js';

/** What the guard of a proxy is opened with. */
export interface GuardOptions {
  /** Name of the server in logs, traces and the ledger. */
  readonly name: string;
  /** Of fuze, for the trace. */
  readonly version: string;
  readonly stateDir: string;
  /** The user's home folder: there the proxy is found while it lives. */
  readonly home: string;
  readonly verbose: boolean;
  readonly settings: Settings;
  /** The off switch is on: nothing is to be said of what would have been stopped. */
  readonly isOff: boolean;
  /** Reads the settings anew, for when the file changed. Throws when they are invalid. */
  readonly reload: () => Settings;
}

/** One `fuze proxy` between its own stdin and stdout and one server. */
export interface ProxyOptions extends GuardOptions {
  readonly server: ServerAddress;
}
