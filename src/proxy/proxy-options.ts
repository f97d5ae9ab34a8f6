import type { Settings } from '../config/settings.js';

/** What the guard of a proxy is opened with. */
export interface GuardOptions {
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

/** A server that fuze starts. */
export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/** One `fuze proxy` between its own stdin and stdout and one server that it starts. */
export interface ProxyOptions extends GuardOptions, ServerCommand {}
