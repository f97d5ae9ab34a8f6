import { type Flags, readEnvironment, readFlags } from './flags.js';
import { locateConfig } from './locate.js';
import { ConfigError, type Problem } from './problems.js';
import { type Layers, resolveSettings, type SettingsKind } from './resolve.js';
import type { Settings } from './settings.js';
import { readTomlFile } from './toml-file.js';

/** Everything that settings come from; `cwd` and `home` are absolute. */
export interface SettingsInput {
  readonly kind: SettingsKind;
  readonly flags: Flags;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly home: string;
}

/**
 * Finds, reads and checks the configuration, and lays file, environment and command line over the defaults.
 * Throws a ConfigError that holds all problems of all three at once.
 */
export function loadSettings(input: SettingsInput): Settings {
  const { kind, cwd, home } = input;
  const flags = readFlags(input.flags, input);
  const env = readEnvironment(input.env, input);
  const problems: Problem[] = [...flags.problems, ...env.problems];
  const located = locateConfig({ flag: input.flags.config, env: input.env, cwd, home });
  let file: Layers['file'];
  if ('problem' in located) problems.push(located.problem);
  else if (located.file !== undefined) {
    const result = readTomlFile(located.file);
    if ('problems' in result) problems.push(...result.problems);
    else file = { path: located.file, values: result.values };
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return resolveSettings({ kind, file, env: env.overrides, flags: flags.overrides, cwd, home });
}
