import type { ClientSpec } from './client-table.js';
import { type EntryValues, isStringTable } from './server-entry.js';

/** Headers that fuze sets itself, for each message; clients' manuals have people write some of them. */
const SET_BY_FUZE =
  /^(accept|accept-encoding|connection|content-length|content-type|host|mcp-protocol-version|mcp-session-id)$/i;
/** A name of RFC 9110, section 5.6.2, and a value that `fuze proxy --header` takes. */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e]*[\x21-\x7e][\t\x20-\x7e]*$/;

/** Headers as fuze is told them, and what the environment must hold for it. */
export interface RemoteHeaders {
  /** Options of `fuze proxy`. */
  readonly words: readonly string[];
  /** Variables to set, by name. */
  readonly env: Readonly<Record<string, string>>;
  /** Variables that the client has and must hand on. */
  readonly forward: readonly string[];
}

/**
 * Turns the headers of a remote entry into options that name variables, since a command line can be read by everybody
 * on the machine. Or tells why that cannot be done.
 */
export function remoteHeaders(
  client: ClientSpec,
  values: EntryValues,
): RemoteHeaders | { readonly why: string } {
  const { headersKey, variables, joinsArguments = false } = client;
  const given = values[headersKey] ?? {};
  const named = variables === undefined ? {} : (values[variables.headers] ?? {});
  const bearer = variables === undefined ? undefined : values[variables.bearer];
  if (!isStringTable(given) || !isStringTable(named))
    return { why: 'its headers are not all texts' };
  if (bearer !== undefined && typeof bearer !== 'string')
    return { why: 'its bearer token variable is not a text' };
  const gap = joinsArguments ? '' : ' ';
  const env: Record<string, string> = {};
  const words: string[] = [];
  const own = Object.entries(given).filter(([header]) => !SET_BY_FUZE.test(header));
  for (const [header, value] of own) {
    if (!HEADER_NAME.test(header) || !HEADER_VALUE.test(value)) {
      return {
        why: `its header ${JSON.stringify(header)} has a name or a value that cannot be sent`,
      };
    }
    const base = `FUZE_HEADER_${header.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
    let variable = base;
    for (let number = 2; Object.hasOwn(env, variable); number += 1) variable = `${base}_${number}`;
    env[variable] = value;
    words.push('--header', `${header}:${gap}\${${variable}}`);
  }
  for (const [header, variable] of Object.entries(named)) {
    words.push('--header', `${header}:${gap}\${${variable}}`);
  }
  if (bearer !== undefined) words.push('--header', `Authorization:${gap}Bearer \${${bearer}}`);
  const forward = [...Object.values(named), ...(bearer === undefined ? [] : [bearer])];
  return { words, env, forward: [...new Set(forward)] };
}
