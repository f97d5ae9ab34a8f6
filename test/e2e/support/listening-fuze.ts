import type { Finished, FuzeProcess, StartOptions } from './fuze-process.js';
import { runFuze, startFuze } from './fuze-process.js';
import { type AgentOptions, HttpAgent } from './http-agent.js';
import type { Command } from './workspace.js';

export interface ListeningOptions extends StartOptions {
  /** Options of `fuze proxy` beside `--listen`. */
  readonly flags?: readonly string[];
  /** What stands behind `--listen`. */
  readonly listen?: string;
}

/** A `fuze proxy --listen` that has bound its port. */
export interface StartedListener {
  readonly fuze: FuzeProcess;
  readonly port: number;
  /** Without a path. */
  readonly origin: string;
}

/** Starts fuze in front of `server`: `['--url', …]`, or `['--', command, …]`. */
export async function listenFuze(
  server: readonly string[],
  { flags = [], listen = '0', ...options }: ListeningOptions = {},
): Promise<StartedListener> {
  const fuze = startFuze(['proxy', '--listen', listen, ...flags, ...server], options);
  const listening = /listening on http:\/\/\S+:(\d+)\/mcp/;
  await fuze.stderrMatches(listening);
  const port = Number(listening.exec(fuze.stderr)?.[1]);
  return { fuze, port, origin: `http://127.0.0.1:${port}` };
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
  options: ListeningOptions = {},
): Promise<ListeningFuze> {
  const to = typeof server === 'string' ? ['--url', server] : ['--', ...server];
  const { fuze, origin } = await listenFuze(to, options);
  return new ListeningFuze(fuze, origin);
}
