import { basename } from 'node:path';
import { sha256Hex } from '../evidence/canonical.js';
import type { ServerAddress } from './upstream.js';

/** Programs that only start another one: the name worth showing comes after them. */
const LAUNCHERS = new Set(
  'node npx npm exec run bunx bun deno uv uvx python python3 sh bash cmd env docker'.split(' '),
);

/** `KEY=value` for `env` or `docker run -e`, a script for `sh -c`, a URL: they may hold secrets. */
const MAY_HOLD_SECRETS = /[=\s]|:\/\//;

function digest(text: string): string {
  return sha256Hex(text).slice(0, 6);
}

/**
 * A name for a server that was given none. Of one that fuze starts: what is started, and a digest of the whole
 * command line, since two servers that differ in their arguments are two servers. Of a remote one: host and
 * path, and a digest of the query if there is one. Arguments and queries are not shown: they may hold secrets.
 */
export function serverName(server: ServerAddress): string {
  if ('url' in server) {
    const { host, pathname, search } = server.url;
    return `${host}${pathname}${search === '' ? '' : `#${digest(search)}`}`;
  }
  const { command, args } = server;
  const words = [command, ...args.filter((word) => !MAY_HOLD_SECRETS.test(word))].map((word) =>
    basename(word).replace(/\.(exe|cmd)$/i, ''),
  );
  const named = words.find((word) => /^\w|^@/.test(word) && !LAUNCHERS.has(word));
  return `${named ?? basename(command)}#${digest(JSON.stringify([command, ...args]))}`;
}
