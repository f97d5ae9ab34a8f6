import { join, resolve } from 'node:path';

/**
 * A path as a person wrote it, made absolute: relative to `base`, and `~/` is the home folder,
 * since no shell expands it in `fuze.toml` or in a client's configuration.
 */
export function resolvePath(written: string, base: string, home: string): string {
  if (written === '~' || written.startsWith('~/')) return join(home, written.slice(1));
  return resolve(base, written);
}
