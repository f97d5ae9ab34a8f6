import { loadSettings } from '../config/load.js';
import { ConfigError } from '../config/problems.js';
import { resolveSettings } from '../config/resolve.js';
import type { Settings } from '../config/settings.js';
import { ConfigurationError } from './fuze-error.js';
import type { World } from './world.js';

/** The settings in force: of the `fuze.toml` named, of none (`false`), or of the one that is found. */
export function librarySettings(config: string | false | undefined, world: World): Settings {
  const { env, cwd, home } = world;
  if (config === false) {
    return resolveSettings({ kind: 'library', file: undefined, env: {}, flags: {}, cwd, home });
  }
  try {
    return loadSettings({ kind: 'library', flags: { config }, env, cwd, home });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigurationError(error.message, { cause: error });
  }
}
