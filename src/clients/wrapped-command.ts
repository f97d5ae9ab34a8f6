import { type EntryValues, isStringArray } from './server-entry.js';

/** What a command line of `fuze proxy` guards. */
export type Guarded =
  | { readonly kind: 'command'; readonly command: string; readonly args: readonly string[] }
  | {
      readonly kind: 'url';
      readonly url: string;
      readonly isSse: boolean;
      readonly headers: readonly (readonly [name: string, value: string])[];
    }
  /** Written by hand in a way that has to be undone by hand. */
  | { readonly kind: 'unclear' };

/** `/usr/lib/fuze/bin/fuze.js`, `C:\npm\fuze.cmd`, `fuze`, `fuze@0.1.0`. */
const FUZE = /(?:^|[\\/])fuze(?:\.js|\.cmd|\.exe|@[^\\/]*)?$/i;

/** The values of an option, written as `--name value` or `--name=value`. */
function valuesOf(words: readonly string[], option: string): string[] {
  return words.flatMap((word, index) => {
    if (word.startsWith(`${option}=`)) return [word.slice(option.length + 1)];
    const next = words[index + 1];
    return word === option && next !== undefined ? [next] : [];
  });
}

/** Reads a command line that starts `fuze proxy`, whoever wrote it; undefined for any other. */
export function readWrapped(values: EntryValues): Guarded | undefined {
  const { command, args = [] } = values;
  if (typeof command !== 'string' || !isStringArray(args)) return undefined;
  const words = [command, ...args];
  const proxy = words.findIndex(
    (word, index) => word === 'proxy' && FUZE.test(words[index - 1] ?? ''),
  );
  if (proxy === -1) return undefined;
  const rest = words.slice(proxy + 1);
  const dashes = rest.indexOf('--');
  const [server, ...serverArgs] = dashes === -1 ? [] : rest.slice(dashes + 1);
  if (server !== undefined) return { kind: 'command', command: server, args: serverArgs };
  const [url] = valuesOf(rest, '--url');
  if (url === undefined) return { kind: 'unclear' };
  const headers = valuesOf(rest, '--header').map((header) => {
    const colon = header.indexOf(':');
    return [header.slice(0, colon), header.slice(colon + 1).trim()] as const;
  });
  return { kind: 'url', url, isSse: valuesOf(rest, '--transport').includes('sse'), headers };
}
