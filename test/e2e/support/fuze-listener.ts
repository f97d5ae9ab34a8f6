import { type FuzeProcess, type StartOptions, startFuze } from './fuze-process.js';

export interface ListeningOptions extends StartOptions {
  /** Options of `fuze proxy` beside `--listen`. */
  readonly flags?: readonly string[];
  /** What stands behind `--listen`. */
  readonly listen?: string;
}

/** A `fuze proxy --listen` that has bound its port. */
export interface ListeningFuze {
  readonly fuze: FuzeProcess;
  readonly port: number;
  /** Without a path. */
  readonly origin: string;
}

/** Starts fuze in front of `server`: `['--url', …]`, or `['--', command, …]`. */
export async function listenFuze(
  server: readonly string[],
  { flags = [], listen = '0', ...options }: ListeningOptions = {},
): Promise<ListeningFuze> {
  const fuze = startFuze(['proxy', '--listen', listen, ...flags, ...server], options);
  const listening = /listening on http:\/\/\S+:(\d+)\/mcp/;
  await fuze.stderrMatches(listening);
  const port = Number(listening.exec(fuze.stderr)?.[1]);
  return { fuze, port, origin: `http://127.0.0.1:${port}` };
}
