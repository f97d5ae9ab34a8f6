import { homedir } from 'node:os';
import { locateConfig } from '../config/locate.js';
import { startServer } from './started-server.js';

/** Variables that switch fuze off, or that only `--listen` reads. */
const OTHERWISE = ['FUZE', 'DRIFTGUARD_FUSE', 'FUZE_TOKEN'];

/** What options set, in the names that commander gives them. */
interface EarlyFlags {
  config?: string;
  maxCost?: string;
  maxIterations?: string;
  tripLog?: string;
  trace?: string | true;
}

const ALONE = new Set(['--shadow', '--verbose']);
/** Options whose next word is their value, and what they set, if anything that can be wrong. */
const WITH_VALUE: ReadonlyMap<string, Exclude<keyof EarlyFlags, 'trace'> | 'nothing'> = new Map([
  ['--name', 'nothing'],
  ['--state-dir', 'nothing'],
  ['--config', 'config'],
  ['--max-cost', 'maxCost'],
  ['--max-iterations', 'maxIterations'],
  ['--trip-log', 'tripLog'],
]);

/** The options as commander reads them; undefined where that is not as plain as it is here. */
function readOptions(words: readonly string[]): EarlyFlags | undefined {
  const flags: EarlyFlags = {};
  for (let at = 0; at < words.length; at += 1) {
    const option = words[at] ?? '';
    if (ALONE.has(option)) continue;
    const next = words[at + 1];
    const value = next === undefined || next.startsWith('-') ? undefined : next;
    if (value !== undefined) at += 1;
    const sets = WITH_VALUE.get(option);
    if (option === '--trace') flags.trace = value ?? true;
    else if (sets === undefined || value === undefined) return undefined;
    else if (sets !== 'nothing') flags[sets] = value;
  }
  return flags;
}

/** Whether nothing can be wrong, without looking at it more closely: what is not set is not wrong, nor is a number. */
function isSurelyRight({ maxCost = '1', maxIterations = '1', ...others }: EarlyFlags): boolean {
  const numbers = [maxCost, maxIterations].every((text) => /^[1-9]\d{0,14}$/.test(text));
  return numbers && Object.keys(others).length === 0;
}

/**
 * Starts the server of `fuze proxy … -- <command>` before the rest of fuze is loaded: the two take about as long, and
 * the client waits for both. Only where nothing is wrong: a server must not start under settings that are then found not
 * to make sense. Whatever is not as plain as usual is left to the command. `argv` as in `process.argv`.
 */
export async function startEarly(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const dashes = argv.indexOf('--');
  const command = argv[dashes + 1];
  if (argv[2] !== 'proxy' || dashes === -1 || command === undefined) return;
  const flags = readOptions(argv.slice(3, dashes));
  if (flags === undefined || OTHERWISE.some((name) => env[name])) return;
  const [cwd, home] = [process.cwd(), homedir()];
  const located = locateConfig({ flag: flags.config, env, cwd, home });
  if ('problem' in located) return;
  if (located.file !== undefined || !isSurelyRight(flags)) {
    const { loadSettings } = await import('../config/load.js');
    try {
      loadSettings({ kind: 'proxy', flags, env, cwd, home });
    } catch {
      // The command says what is wrong.
      return;
    }
  }
  startServer(command, argv.slice(dashes + 2));
}
