import { CLIENTS } from '../clients/client-table.js';
import { FileProblem } from '../clients/file-problem.js';
import { type ConfigFile, locateFiles, type Machine } from '../clients/locate-files.js';
import { readServers } from '../clients/read-servers.js';
import {
  type EntryValues,
  isStringArray,
  isStringTable,
  serverTitle,
} from '../clients/server-entry.js';
import { readWrapped } from '../clients/wrapped-command.js';
import type { Finding } from './finding.js';

/** A server that a client starts through fuze. */
export interface WrappedServer {
  readonly client: string;
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

function startOf(values: EntryValues): Pick<WrappedServer, 'command' | 'args' | 'env'> | undefined {
  const { command, args = [], env = {} } = values;
  if (typeof command !== 'string' || !isStringArray(args) || !isStringTable(env)) return undefined;
  return { command, args, env };
}

function lookInto(file: ConfigFile): { finding: Finding; wrapped: WrappedServer[] } {
  const { client, path } = file;
  const wrapped: WrappedServer[] = [];
  const bare: string[] = [];
  for (const entry of readServers(file).servers) {
    const name = serverTitle(entry.path);
    const { values } = entry;
    const start = values === undefined ? undefined : startOf(values);
    if (values === undefined || readWrapped(values) === undefined) bare.push(name);
    else if (start !== undefined) wrapped.push({ client: client.title, name, ...start });
  }
  const guarded = `${wrapped.length} of ${wrapped.length + bare.length} servers guarded`;
  const finding: Finding = {
    subject: client.title,
    state: bare.length === 0 ? 'ok' : 'warning',
    text: `${path}: ${guarded}`,
    ...(bare.length === 0
      ? {}
      : { details: [`not guarded: ${bare.join(', ')}`], cure: `fuze install ${client.id}` }),
  };
  return { finding, wrapped };
}

/** Which servers of which clients are guarded. */
export function checkClients(machine: Machine): {
  readonly findings: readonly Finding[];
  readonly wrapped: readonly WrappedServer[];
} {
  const findings: Finding[] = [];
  const wrapped: WrappedServer[] = [];
  for (const file of locateFiles(CLIENTS, machine)) {
    try {
      const seen = lookInto(file);
      findings.push(seen.finding);
      wrapped.push(...seen.wrapped);
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      const cure = 'Correct the file; its client cannot read it either.';
      findings.push({ subject: file.client.title, state: 'broken', text: error.message, cure });
    }
  }
  if (findings.length > 0) return { findings, wrapped };
  const text = 'found no configuration of a client';
  const cure = 'docs/clients.md tells where each client keeps it, and how to put fuze in by hand.';
  return { findings: [{ subject: 'clients', state: 'ok', text, cure }], wrapped };
}
