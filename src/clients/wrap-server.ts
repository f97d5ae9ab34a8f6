import type { ClientSpec } from './client-table.js';
import { type EntryValues, isStringArray } from './server-entry.js';
import { wrapUrl } from './wrap-url.js';
import { readWrapped } from './wrapped-command.js';
import { type Call, nameWord, type Wrapping } from './wrapping.js';

/** `npx -y server` as one command works where words are joined, and only there: fuze is handed the words. */
function commandWords(command: string, { joinsArguments = false }: ClientSpec): readonly string[] {
  const isLine = joinsArguments && /^[^\s"'\\/]+\s/.test(command.trim()) && !/["'\\]/.test(command);
  return isLine ? command.trim().split(/\s+/) : [command];
}

function wrapCommand(client: ClientSpec, name: string, values: EntryValues, call: Call): Wrapping {
  const { command, args } = values;
  if (typeof command !== 'string' || command === '') {
    return { kind: 'left', why: 'its "command" is not a text' };
  }
  if (args !== undefined && !isStringArray(args)) {
    return { kind: 'left', why: 'its "args" are not a list of texts' };
  }
  const [program, ...words] = call;
  const proxy = [
    ...words,
    'proxy',
    '--name',
    nameWord(name, client),
    '--',
    ...commandWords(command, client),
  ];
  const wrapped = Object.entries(values).flatMap(([key, value]): [string, unknown][] => {
    if (key === 'args') return [[key, [...proxy, ...(args ?? [])]]];
    if (key !== 'command') return [[key, value]];
    return args === undefined
      ? [
          [key, program],
          ['args', proxy],
        ]
      : [[key, program]];
  });
  return { kind: 'wrapped', values: Object.fromEntries(wrapped) };
}

/** What an entry says when fuze stands before its server. `env` and variables in it stay as they are. */
export function wrapServer(
  client: ClientSpec,
  name: string,
  values: EntryValues,
  call: Call,
): Wrapping {
  if (readWrapped(values) !== undefined) return { kind: 'already' };
  if (values.command !== undefined) return wrapCommand(client, name, values, call);
  const urlKey = client.urlKeys.find((key) => values[key] !== undefined);
  if (urlKey === undefined) return { kind: 'left', why: 'it has neither a command nor a URL' };
  return wrapUrl(client, name, values, urlKey, call);
}
