import { dirname } from 'node:path';
import { loadSettings } from '../config/load.js';
import { locateConfig } from '../config/locate.js';
import { ConfigError, formatProblem } from '../config/problems.js';
import type { Settings } from '../config/settings.js';
import { readTomlFile } from '../config/toml-file.js';
import { changedSettings } from './changed-settings.js';
import type { Finding } from './finding.js';

/** Who asks, and from where. */
export interface Patient {
  /** `--config`. */
  readonly config: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly home: string;
}

/** Variables that change what fuze does, beside those that name files. */
const VARIABLES = ['FUSEGUARD_TRIP_LOG', 'FUZE_TOKEN'] as const;

function foundBy(file: string, { config, env, cwd }: Patient): string {
  if (config !== undefined) return 'named by --config';
  if ((env.FUZE_CONFIG ?? '') !== '') return 'named by FUZE_CONFIG';
  const folder = dirname(file);
  if (folder === cwd) return 'found in the working directory';
  return cwd.startsWith(folder) ? 'found above the working directory' : 'found in the home folder';
}

function switchedOff({ env }: Patient): Finding[] {
  const off = env.FUZE === '0' ? 'FUZE=0' : env.DRIFTGUARD_FUSE === '0' ? 'DRIFTGUARD_FUSE=0' : '';
  if (off === '') return [];
  const cure = 'Take the variable out of the environment where calls should be guarded.';
  return [
    { subject: 'switch', state: 'warning', text: `${off} switches fuze off in this shell`, cure },
  ];
}

function told(file: string, patient: Patient): Finding {
  const read = readTomlFile(file);
  const changed = 'values' in read ? changedSettings(read.values) : [];
  const fromEnv = VARIABLES.filter((name) => (patient.env[name] ?? '') !== '').map(
    (name) => `${name} is set in the environment`,
  );
  const what = changed.length === 0 ? 'it changes no default' : 'it changes these defaults';
  const text = `${file}, ${foundBy(file, patient)}; ${what}`;
  return { subject: 'configuration', state: 'ok', text, details: [...changed, ...fromEnv] };
}

/** Which configuration is in force; the settings are undefined where it cannot be understood. */
export function checkConfig(patient: Patient): {
  readonly findings: readonly Finding[];
  readonly settings: Settings | undefined;
} {
  const { config, env, cwd, home } = patient;
  const off = switchedOff(patient);
  try {
    const settings = loadSettings({ kind: 'proxy', flags: { config }, env, cwd, home });
    if (settings.file !== undefined) {
      return { findings: [told(settings.file, patient), ...off], settings };
    }
    const text = 'no fuze.toml: the built-in defaults hold';
    const cure = 'If you want limits of your own: fuze init';
    return { findings: [{ subject: 'configuration', state: 'ok', text, cure }, ...off], settings };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const located = locateConfig({ flag: config, env, cwd, home });
    const where = 'file' in located && located.file !== undefined ? ` in ${located.file}` : '';
    const finding: Finding = {
      subject: 'configuration',
      state: 'broken',
      text: `fuze proxy does not start: there is a mistake${where}`,
      details: error.problems.map(formatProblem),
      cure: 'Correct it; docs/configuration.md tells what is allowed.',
    };
    return { findings: [finding, ...off], settings: undefined };
  }
}
