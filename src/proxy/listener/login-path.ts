import { MCP_PATH } from './relay-door.js';

const WELL_KNOWN = '/.well-known/';
const RESOURCE_METADATA = '/.well-known/oauth-protected-resource';
const AUTHORITY_METADATA = /^\/\.well-known\/(?:oauth-authorization-server|openid-configuration)/;
/**
 * Where servers of 2025-03-26 without metadata have their endpoints ("Fallbacks for Servers without Metadata
 * Discovery"), and the methods that these take.
 */
const FALLBACKS: ReadonlyMap<string, readonly string[]> = new Map([
  ['/authorize', ['GET', 'POST']],
  ['/token', ['POST']],
  ['/register', ['POST']],
]);
/** Dots, slashes and backslashes in disguise: what is behind them depends on who reads the path. */
const DISGUISED = /%(?:2e|2f|5c|25)|;/i;
const READ_ONLY = ['GET'];

/** A path that a client needs to log in. */
export interface LoginPath {
  /** The same at the server. */
  readonly atServer: string;
  readonly methods: readonly string[];
  /** What the document there tells of, where it is one that names the server. */
  readonly tells: 'resource' | 'authority' | undefined;
}

/**
 * What a path is to a client that logs in; undefined for all others, and for the path of MCP itself: what goes there
 * is judged. `announced` are paths of metadata that the server has named.
 */
export function loginPath(
  path: string,
  server: URL,
  announced: ReadonlySet<string>,
): LoginPath | undefined {
  const isNamed = announced.has(path);
  const methods = isNamed || path.startsWith(WELL_KNOWN) ? READ_ONLY : FALLBACKS.get(path);
  if (methods === undefined || DISGUISED.test(path)) return undefined;
  const atServer = isNamed ? path : pathAtServer(path, server);
  if (atServer === server.pathname) return undefined;
  if (isNamed || path.startsWith(RESOURCE_METADATA))
    return { atServer, methods, tells: 'resource' };
  return { atServer, methods, tells: AUTHORITY_METADATA.test(path) ? 'authority' : undefined };
}

/** Clients ask for the metadata of the path that they know, which is fuze's. */
function pathAtServer(path: string, { pathname }: URL): string {
  const isForMcp = path.startsWith(WELL_KNOWN) && path.endsWith(MCP_PATH);
  if (!isForMcp) return path;
  return path.slice(0, -MCP_PATH.length) + (pathname === '/' ? '' : pathname);
}
