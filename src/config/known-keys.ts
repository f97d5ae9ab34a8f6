import { nearestKey } from './nearest-key.js';
import {
  defaultsShape,
  loopShape,
  priceShape,
  proxyShape,
  toolShape,
  tripShape,
} from './schema.js';

/** Every key that `fuze.toml` may hold, by the section that holds it; `<name>` stands for a name of the user's choice. */
export const KNOWN_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ['defaults', Object.keys(defaultsShape)],
  ['loop_detection', Object.keys(loopShape)],
  ['proxy', Object.keys(proxyShape)],
  ['proxy.tools.<name>', Object.keys(toolShape)],
  ['trip', Object.keys(tripShape)],
  ['providers.<name>', Object.keys(priceShape)],
]);

const SECTIONS = ['defaults', 'loop_detection', 'proxy', 'trip', 'providers'];

function sectionOf(path: readonly PropertyKey[]): string {
  if (path[0] === 'proxy' && path[1] === 'tools') return 'proxy.tools.<name>';
  return path[0] === 'providers' ? 'providers.<name>' : String(path[0] ?? '');
}

/** Why the key `name` in the table at `path` is wrong, and which known one was probably meant. */
export function unknownKeyText(path: readonly PropertyKey[], name: string): string {
  const section = sectionOf(path);
  const here = path.length === 0 ? SECTIONS : [...(KNOWN_KEYS.get(section) ?? [])];
  if (section === 'proxy') here.push('tools');
  // The right key in the wrong place is a surer guess than a similar key.
  const elsewhere = [...KNOWN_KEYS].filter(([, keys]) => keys.includes(name));
  if (elsewhere.length > 0) {
    return `unknown key here; it belongs in ${elsewhere.map(([where]) => `[${where}]`).join(' or ')}`;
  }
  const nearest = nearestKey(name, here);
  if (nearest !== undefined) return `unknown key; the nearest known one is "${nearest}"`;
  return here.length <= 6
    ? `unknown key; known here are ${here.join(', ')}`
    : `unknown key; docs/configuration.md lists those of [${section}]`;
}
