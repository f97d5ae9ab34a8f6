import { homedir } from 'node:os';
import { locateConfig } from '../config/locate.js';
import { startServer } from './started-server.js';

/** Variables that set something, or switch fuze off. */
const MAY_BE_WRONG = ['FUZE', 'DRIFTGUARD_FUSE', 'FUZE_CONFIG', 'FUZE_TOKEN'];
/** Options that stand alone, and those whose next word is right if it looks like this. */
const ALONE = new Set(['--shadow', '--verbose']);
const WITH_VALUE: ReadonlyMap<string, RegExp> = new Map([
  ['--name', /^[^-]/],
  ['--state-dir', /^[^-]/],
  ['--max-cost', /^\d{1,6}(?:\.\d{1,6})?$/],
  ['--max-iterations', /^\d{1,15}$/],
]);

function areSurelyRight(options: readonly string[]): boolean {
  for (let at = 0; at < options.length; at += 1) {
    const option = options[at] ?? '';
    if (ALONE.has(option)) continue;
    at += 1;
    if (WITH_VALUE.get(option)?.test(options[at] ?? '') !== true) return false;
  }
  return true;
}

/**
 * Starts the server of `fuze proxy … -- <command>` before the rest of fuze is loaded: the two take about as long, and
 * the client waits for both. Only where nothing can be wrong: a server must not start under settings that are then
 * found not to make sense. `argv` as in `process.argv`.
 */
export function startEarly(argv: readonly string[], env: NodeJS.ProcessEnv): void {
  const dashes = argv.indexOf('--');
  const command = argv[dashes + 1];
  if (argv[2] !== 'proxy' || dashes === -1 || command === undefined) return;
  if (!areSurelyRight(argv.slice(3, dashes)) || MAY_BE_WRONG.some((name) => env[name])) return;
  const located = locateConfig({ env, cwd: process.cwd(), home: homedir() });
  if (!('file' in located) || located.file !== undefined) return;
  startServer(command, argv.slice(dashes + 2));
}
