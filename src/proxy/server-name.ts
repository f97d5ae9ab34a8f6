import { basename } from 'node:path';
import { sha256Hex } from '../evidence/canonical.js';

/** Programs that only start another one: the name worth showing comes after them. */
const LAUNCHERS = new Set(
  'node npx npm exec run bunx bun deno uv uvx python python3 sh bash cmd env docker'.split(' '),
);

/** `KEY=value` for `env` or `docker run -e`, a script for `sh -c`, a URL: they may hold secrets. */
const MAY_HOLD_SECRETS = /[=\s]|:\/\//;

/**
 * A name for a server that was given none: what is started, and a digest of the whole command line, since two
 * servers that differ in their arguments are two servers. Arguments are not shown: they may hold secrets.
 */
export function serverName(command: string, args: readonly string[]): string {
  const words = [command, ...args.filter((word) => !MAY_HOLD_SECRETS.test(word))].map((word) =>
    basename(word).replace(/\.(exe|cmd)$/i, ''),
  );
  const named = words.find((word) => /^\w|^@/.test(word) && !LAUNCHERS.has(word));
  const digest = sha256Hex(JSON.stringify([command, ...args])).slice(0, 6);
  return `${named ?? basename(command)}#${digest}`;
}
