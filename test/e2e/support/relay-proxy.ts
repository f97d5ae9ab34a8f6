import { type FuzeProcess, type StartOptions, startFuze } from './fuze-process.js';
import { type Answering, type HttpServer, serveHttp } from './http-server.js';

/** The same call again and again is no loop here: it is how a test looks at what passes. */
const CONFIG = `
[loop_detection]
error_threshold = 0
[proxy.tools."*"]
loop_checks = false
`;

/** fuze as a reverse proxy in front of a server that the test plays. */
export interface RelayProxy {
  readonly fuze: FuzeProcess;
  /** fuze's own endpoint. */
  readonly url: string;
  readonly origin: string;
  readonly server: HttpServer;
  /** How the server answers from now on. */
  answering(next: Answering): void;
}

/** Starts both; `flags` are those of `fuze proxy`. */
export async function startRelay(
  flags: readonly string[] = [],
  options: StartOptions & { readonly path?: string } = {},
): Promise<RelayProxy> {
  let answer: Answering = ({ response }) => void response.writeHead(500).end();
  const server = await serveHttp((received) => answer(received));
  const to = `${server.origin}${options.path ?? '/mcp'}`;
  const args = ['proxy', '--listen', '127.0.0.1:0', '--url', to, ...flags];
  const fuze = startFuze(args, { config: CONFIG, ...options });
  await fuze.stderrMatches(/listening on http/);
  const url = /listening on (http:\S+)/.exec(fuze.stderr)?.[1] ?? '';
  return {
    ...{ fuze, url, server, origin: new URL(url).origin },
    answering: (next) => {
      answer = next;
    },
  };
}
