import type { Finished, FuzeProcess, StartOptions } from './fuze-process.js';
import { runFuze, startFuze } from './fuze-process.js';
import { type AgentOptions, HttpAgent } from './http-agent.js';
import type { Command } from './workspace.js';

export interface ListenOptions extends StartOptions {
  /** Further options of `fuze proxy`. */
  readonly flags?: readonly string[];
}

/** `fuze proxy --listen`, on a port of its own. */
export class ListeningFuze {
  /** Where MCP is. */
  readonly url: string;

  constructor(
    readonly process: FuzeProcess,
    readonly origin: string,
  ) {
    this.url = `${origin}/mcp`;
  }

  /** A client, ready to call. */
  agent(options: AgentOptions): Promise<HttpAgent> {
    return new HttpAgent(this.url, options).begin();
  }

  /** Ends fuze as a service is ended; resolves with the records of `trace.jsonl`. */
  async records(): Promise<Record<string, unknown>[]> {
    this.process.signal('SIGTERM');
    await this.process.closed;
    return this.process.workspace
      .jsonLines('trace.jsonl')
      .map(({ payload }) => ({ ...(payload instanceof Object ? payload : {}) }));
  }

  /** What `fuze verify` says of the trace. */
  verify(): Promise<Finished> {
    return runFuze(['verify', 'trace.jsonl'], { workspace: this.process.workspace });
  }
}

/** Starts it in front of a command, or of a URL. */
export async function startListening(
  server: Command | string,
  { flags = [], ...options }: ListenOptions = {},
): Promise<ListeningFuze> {
  const to = typeof server === 'string' ? ['--url', server] : ['--', ...server];
  const fuze = startFuze(['proxy', '--listen', '127.0.0.1:0', ...flags, ...to], options);
  const address = /listening on (http:\S+)\/mcp/;
  await fuze.stderrMatches(address);
  return new ListeningFuze(fuze, address.exec(fuze.stderr)?.[1] ?? '');
}
