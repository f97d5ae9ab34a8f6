import { ConfigError, type Problem } from './problems.js';
import { parseHeaderFlags } from './request-headers.js';

/** The options of the command line that name a remote server, as commander hands them over. */
export interface RemoteFlags {
  readonly url?: string | undefined;
  readonly transport?: string | undefined;
  readonly header?: readonly string[] | undefined;
}

/** A remote server and how to reach it. */
export interface RemoteServer {
  readonly url: URL;
  readonly transport: 'http' | 'sse' | undefined;
  /** Names and values by turns. */
  readonly headers: readonly string[];
}

function urlProblem(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // The text itself is not shown: there may be a secret in it.
  if (url === undefined) return 'not a URL; write it in full, as in https://host/mcp';
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return `found ${url.protocol}//, allowed is http:// or https://`;
  }
  if (url.username !== '' || url.password !== '') {
    return `a user or password in a URL shows in lists of processes; give it as --header 'Authorization: Bearer \${TOKEN}'`;
  }
  return undefined;
}

function isTransport(text: string | undefined): text is 'http' | 'sse' | undefined {
  return text === undefined || text === 'http' || text === 'sse';
}

/**
 * Reads which server is meant: the remote one of the options, or the command to start, which stays as it is.
 * Throws ConfigError with all that is wrong.
 */
export function readServer(
  { url, transport, header = [] }: RemoteFlags,
  command: string | undefined,
  env: NodeJS.ProcessEnv,
): RemoteServer | { readonly command: string } {
  const problems: Problem[] = [];
  const refuse = (key: string, text: string): void => {
    problems.push({ source: 'command line', key, text });
  };
  if (url === undefined) {
    if (transport !== undefined) refuse('--transport', 'is for a server that --url names');
    if (header.length > 0) refuse('--header', 'is for a server that --url names');
    if (command === undefined) {
      refuse('', 'no server: name it as --url https://host/mcp, or as a command to start after --');
    }
  } else {
    const wrong = urlProblem(url);
    if (wrong !== undefined) refuse('--url', wrong);
    if (command !== undefined)
      refuse('--url', 'names the server, and so does the command: leave one away');
  }
  if (!isTransport(transport)) {
    refuse('--transport', `found ${JSON.stringify(transport)}, allowed is http or sse`);
  }
  const { headers, problems: wrongHeaders } = parseHeaderFlags(header, env);
  for (const text of wrongHeaders) refuse('', text);
  if (problems.length === 0 && url !== undefined && isTransport(transport)) {
    return { url: new URL(url), transport, headers: headers.flat() };
  }
  if (problems.length === 0 && command !== undefined) return { command };
  throw new ConfigError(problems);
}
