import type { ClientSpec } from './client-table.js';
import { remoteHeaders } from './remote-headers.js';
import { type EntryValues, isStringTable } from './server-entry.js';
import { type Call, comesApart, nameWord, type Wrapping } from './wrapping.js';

/** Members that say how the client itself logs in, which nobody can do behind a command. */
const LOGIN_KEYS = ['oauth', 'oauth_resource', 'auth', 'headersHelper'];
const TYPE_KEYS = ['type', 'transport'];
const REMOTE_TYPES = ['http', 'sse', 'streamable-http', 'streamableHttp', 'streamable_http'];

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
  if (client.joinsArguments === true && comesApart(url)) {
    return `its "${urlKey}" would come apart, since ${client.title} may hand a command to a shell as one line`;
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
  const headers = remoteHeaders(client, values);
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
