import type { ClientSpec } from './client-table.js';
import { type EntryValues, isStringTable } from './server-entry.js';
import { type Call, nameWord, type Wrapping } from './wrapping.js';

/** Members that say how the client itself logs in, which nobody can do behind a command. */
const LOGIN_KEYS = ['oauth', 'oauth_resource', 'auth', 'headersHelper'];
const TYPE_KEYS = ['type', 'transport'];
const REMOTE_TYPES = ['http', 'sse', 'streamable-http', 'streamableHttp', 'streamable_http'];

/** Headers that fuze sets itself, for each message; clients' manuals have people write some of them. */
const SET_BY_FUZE =
  /^(accept|accept-encoding|connection|content-length|content-type|host|mcp-protocol-version|mcp-session-id)$/i;
/** A name of RFC 9110, section 5.6.2, and a value that `fuze proxy --header` takes. */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e]*[\x21-\x7e][\t\x20-\x7e]*$/;

/** Headers as fuze is told them, and what the environment must hold for it: secrets stay off the command line. */
interface Headers {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly forward: readonly string[];
}

function headersOf(client: ClientSpec, values: EntryValues): Headers | { readonly why: string } {
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

const LOGIN_NOTE =
  'if you log in to it in the browser, leave it unguarded: fuze cannot pass that on from a command';

/** Why a remote entry cannot be put behind a command, if so. */
function hindrance(client: ClientSpec, values: EntryValues, urlKey: string): string | undefined {
  const url = values[urlKey];
  if (typeof url !== 'string' || !/^https?:\/\/|^\$\{/.test(url)) {
    return `its "${urlKey}" is not an http or https address`;
  }
  if (/^https?:\/\/[^/?#]*@/.test(url)) {
    return `there is a user or a password in its "${urlKey}", which would show in lists of processes; give it as a header`;
  }
  const type = TYPE_KEYS.map((key) => values[key]).find((value) => value !== undefined);
  if (type !== undefined && !REMOTE_TYPES.some((known) => known === type)) {
    return `its type is ${JSON.stringify(type)}, and fuze speaks http and sse`;
  }
  const login = LOGIN_KEYS.find((key) => values[key] !== undefined);
  if (login !== undefined) {
    return `${client.title} logs in to it ("${login}"), which it cannot do through a command`;
  }
  return isStringTable(values.env ?? {}) ? undefined : 'its "env" does not hold only texts';
}

/** A remote entry as a command that speaks to the same address; what else it holds stays. */
export function wrapUrl(
  client: ClientSpec,
  name: string,
  values: EntryValues,
  urlKey: string,
  [program, ...words]: Call,
): Wrapping {
  const why = hindrance(client, values, urlKey);
  if (why !== undefined) return { kind: 'left', why };
  const headers = headersOf(client, values);
  if ('why' in headers) return { kind: 'left', why: headers.why };
  const { headersKey, variables } = client;
  const sse = TYPE_KEYS.some((key) => values[key] === 'sse') ? ['--transport', 'sse'] : [];
  const url = String(values[urlKey]);
  const env = { ...(isStringTable(values.env) ? values.env : {}), ...headers.env };
  const command: [string, unknown][] = [
    ['command', program],
    [
      'args',
      [...words, 'proxy', '--name', nameWord(name, client), '--url', url, ...sse, ...headers.words],
    ],
  ];
  if (Object.keys(env).length > 0) command.push(['env', env]);
  if (variables !== undefined && headers.forward.length > 0) {
    command.push([variables.forward, headers.forward]);
  }
  const gone = new Set(['env', headersKey, variables?.bearer, variables?.headers]);
  const wrapped = Object.entries(values).flatMap(([key, value]): [string, unknown][] => {
    if (key === urlKey) return command;
    if (TYPE_KEYS.includes(key)) return [[key, 'stdio']];
    return gone.has(key) ? [] : [[key, value]];
  });
  const note = headers.words.length === 0 ? { note: LOGIN_NOTE } : {};
  return { kind: 'wrapped', values: Object.fromEntries(wrapped), ...note };
}
