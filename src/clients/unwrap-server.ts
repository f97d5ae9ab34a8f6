import { isDeepStrictEqual } from 'node:util';
import type { ClientSpec } from './client-table.js';
import { parseEntry, rewriteEntry } from './entry-text.js';
import { type EntryValues, isStringTable } from './server-entry.js';
import { type Guarded, readWrapped } from './wrapped-command.js';

/** An entry as it was, and as fuze left it, in the exact text of the file. */
export interface EntryTexts {
  readonly original: string;
  readonly wrapped: string;
}

type GuardedUrl = Extract<Guarded, { kind: 'url' }>;

/** The members that a remote server had: headers from where they were moved to. */
function remoteMembers(
  client: ClientSpec,
  values: EntryValues,
  guarded: GuardedUrl,
): [string, unknown][] {
  const { variables, headersKey, urlKeys } = client;
  const env = isStringTable(values.env) ? { ...values.env } : {};
  const headers: Record<string, string> = {};
  const named: Record<string, string> = {};
  let bearer: string | undefined;
  for (const [name, written] of guarded.headers) {
    const [, scheme = '', variable = ''] = /^(Bearer )?\$\{([^}]+)\}$/.exec(written) ?? [];
    const value = env[variable];
    if (value !== undefined && scheme === '') {
      headers[name] = value;
      delete env[variable];
    } else if (variables === undefined || variable === '') headers[name] = written;
    else if (scheme === '') named[name] = variable;
    else bearer = variable;
  }
  const members: [string, unknown][] = [[urlKeys[0], guarded.url]];
  if (Object.keys(headers).length > 0) members.push([headersKey, headers]);
  if (variables !== undefined && Object.keys(named).length > 0)
    members.push([variables.headers, named]);
  if (variables !== undefined && bearer !== undefined) members.push([variables.bearer, bearer]);
  if (Object.keys(env).length > 0) members.push(['env', env]);
  return members;
}

/** What a wrapped entry says without fuze, computed from its command line; undefined when that is unclear. */
export function unwrapServer(client: ClientSpec, values: EntryValues): EntryValues | undefined {
  const guarded = readWrapped(values);
  if (guarded === undefined || guarded.kind === 'unclear') return undefined;
  const members = Object.entries(values).flatMap(([key, value]): [string, unknown][] => {
    if (guarded.kind === 'command') {
      if (key === 'command') return [[key, guarded.command]];
      if (key !== 'args') return [[key, value]];
      return guarded.args.length === 0 ? [] : [[key, guarded.args]];
    }
    if (key === 'command') return remoteMembers(client, values, guarded);
    if (['args', 'env', client.variables?.forward].includes(key)) return [];
    return [
      [key, key === 'type' || key === 'transport' ? (guarded.isSse ? 'sse' : 'http') : value],
    ];
  });
  return Object.fromEntries(members);
}

/** `original`, with what somebody changed since it was wrapped. */
function withLaterChanges(
  original: EntryValues,
  wrapped: EntryValues,
  now: EntryValues,
): EntryValues {
  const result: Record<string, unknown> = { ...original };
  for (const key of new Set([...Object.keys(wrapped), ...Object.keys(now)])) {
    if (isDeepStrictEqual(wrapped[key], now[key])) continue;
    if (now[key] === undefined) delete result[key];
    else result[key] = now[key];
  }
  return result;
}

/**
 * The text of a wrapped entry as it was before. With the texts kept by `fuze install` that is exactly what stood
 * there, plus what a person changed in it since; without them it is computed from the command line. Undefined when
 * neither is possible.
 */
export function unwrapText(
  client: ClientSpec,
  text: string,
  kept: EntryTexts | undefined,
): string | undefined {
  const { format } = client;
  const values = parseEntry(format, text);
  if (values === undefined) return undefined;
  const original = kept && parseEntry(format, kept.original);
  const wrapped = kept && parseEntry(format, kept.wrapped);
  // Clients write their files anew, so that the layout may differ.
  if (kept !== undefined && isDeepStrictEqual(wrapped, values)) return kept.original;
  const now = unwrapServer(client, values);
  if (now === undefined) return undefined;
  const before = wrapped && unwrapServer(client, wrapped);
  if (kept !== undefined && original !== undefined && before !== undefined) {
    const target = withLaterChanges(original, before, now);
    const restored = rewriteEntry(format, kept.original, original, target);
    if (restored !== undefined) return restored;
  }
  return rewriteEntry(format, text, values, now);
}
