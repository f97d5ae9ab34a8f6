import { join } from 'node:path';
import type { ClientSpec } from '../clients/client-table.js';
import type { FilePlan, ServerPick } from '../clients/file-plan.js';
import type { InstallRecord, InstallStore } from '../clients/install-store.js';
import type { ConfigFile, Machine } from '../clients/locate-files.js';
import { nearestKey } from '../config/nearest-key.js';
import { printable } from '../config/printable.js';
import { confirm } from './confirm.js';

export interface ChangeFlags {
  readonly server?: readonly string[];
  readonly yes?: boolean;
}

/** What `fuze install` and `fuze uninstall` differ in. */
export interface Change {
  readonly command: 'install' | 'uninstall';
  readonly verb: string;
  /** Said of servers that need no change. */
  readonly settled: string;
  readonly done: string;
  readonly machine: Machine;
  /** Files beside those that the clients have here. */
  moreFiles(
    clients: readonly ClientSpec[],
    store: InstallStore,
    found: readonly ConfigFile[],
  ): readonly ConfigFile[];
  plan(file: ConfigFile, pick: ServerPick, store: InstallStore): FilePlan;
  recordsAfter(kept: readonly InstallRecord[], plan: FilePlan): readonly InstallRecord[];
}

const FAILED = 1;
const USAGE = 2;

const say = (text: string): boolean => process.stdout.write(`${text}\n`);
const names = (all: readonly string[]): string => all.map(printable).join(', ');

function complain(exitCode: number, text: string): number {
  process.stderr.write(`fuze: ${text}\n`);
  return exitCode;
}

/** The first word that is not among the known ones, as an error. */
function unknown(
  what: string,
  words: readonly string[],
  known: readonly string[],
): string | undefined {
  const stray = words.find((word) => !known.includes(word));
  if (stray === undefined) return undefined;
  const near = nearestKey(stray, known);
  const hint =
    near === undefined ? `known are ${names(known)}` : `did you mean ${printable(near)}?`;
  return `found the ${what} ${JSON.stringify(stray)}, ${known.length === 0 ? 'there is none' : hint}`;
}

/** The files of the clients that are named, or of all, after what there is to say of others. */
async function findFiles(
  words: readonly string[],
  all: readonly ClientSpec[],
  { machine, moreFiles }: Change,
  store: InstallStore,
): Promise<readonly ConfigFile[]> {
  const { candidatePaths, locateFiles, locateWindowsFiles } = await import(
    '../clients/locate-files.js'
  );
  const picked = words.length === 0 ? all : all.filter(({ id }) => words.includes(id));
  const here = locateFiles(picked, machine);
  const files = [...here, ...moreFiles(picked, store, here)];
  for (const client of words.length === 0 ? [] : picked) {
    if (files.some((file) => file.client === client)) continue;
    const places = candidatePaths(client, machine).map(({ path }) => path);
    say(`${client.title}: no configuration here, looked for ${names(places)}`);
  }
  for (const { client, path } of locateWindowsFiles(picked, machine)) {
    say(
      `${client.title} on Windows: ${printable(path)} is left as it is; run fuze there, where its servers run`,
    );
  }
  return files;
}

function tell({ verb, settled }: Change, plan: FilePlan, diff: string): void {
  say(`${plan.file.client.title}: ${printable(plan.file.path)}`);
  if (plan.changed.length > 0) say(`  ${verb}: ${names(plan.changed)}`);
  if (plan.settled.length > 0) say(`  ${settled}: ${names(plan.settled)}`);
  for (const { name, why } of plan.left)
    say(`  left as it is: ${printable(name)}: ${printable(why)}`);
  if (plan.servers.length === 0) say('  no servers');
  for (const note of plan.notes) say(`  note: ${printable(note)}`);
  if (plan.changed.length > 0) say(`\n${diff}`);
}

/** Plans every file; one that cannot be understood is told and left out. */
async function planAll(
  files: readonly ConfigFile[],
  change: Change,
  pick: ServerPick,
  store: InstallStore,
) {
  const { FileProblem } = await import('../clients/file-problem.js');
  const plans: FilePlan[] = [];
  let isRefused = false;
  for (const file of files) {
    try {
      plans.push(change.plan(file, pick, store));
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      complain(USAGE, `${printable(error.message)}. This file is left as it is.`);
      isRefused = true;
    }
  }
  return { plans, isRefused };
}

/** Finds the clients, shows what would change in their files, asks, and writes it. Returns the exit code. */
export async function changeClients(
  words: readonly string[],
  { server, yes = false }: ChangeFlags,
  change: Change,
): Promise<number> {
  const [{ CLIENTS }, { InstallStore }, { previewDiff }, { applyPlan, assertAsPlanned }] =
    await Promise.all([
      import('../clients/client-table.js'),
      import('../clients/install-store.js'),
      import('../clients/preview-diff.js'),
      import('../clients/apply-plan.js'),
    ]);
  const { machine } = change;
  const strayClient = unknown(
    'client',
    words,
    CLIENTS.map(({ id }) => id),
  );
  if (strayClient !== undefined) return complain(USAGE, strayClient);
  const store = new InstallStore(join(machine.home, '.fuze', 'installs'));
  const files = await findFiles(words, CLIENTS, change, store);
  if (files.length === 0 && change.command === 'install') {
    return complain(
      FAILED,
      'found no configuration of a client; docs/clients.md tells where each one keeps it',
    );
  }
  const pick = server === undefined ? undefined : new Set(server);
  const { plans, isRefused } = await planAll(files, change, pick, store);
  const found = [...new Set(plans.flatMap(({ servers }) => servers))];
  const strayServer = isRefused ? undefined : unknown('server', server ?? [], found);
  if (strayServer !== undefined) return complain(USAGE, strayServer);
  for (const plan of plans) tell(change, plan, plan.changed.length > 0 ? previewDiff(plan) : '');
  const code = isRefused ? USAGE : 0;
  if (plans.every(({ changed }) => changed.length === 0)) {
    say('Nothing to change.');
    return code;
  }
  if (!yes && process.stdin.isTTY !== true) {
    return complain(
      USAGE,
      `nothing was written: say "fuze ${change.command} --yes" to write this without a question`,
    );
  }
  if (!yes && !(await confirm('Write this?'))) {
    say('Nothing was written.');
    return code;
  }
  assertAsPlanned(plans);
  for (const plan of plans.filter(({ changed }) => changed.length > 0)) {
    const backup = applyPlan(plan, store, change.recordsAfter);
    say(`wrote ${printable(plan.file.path)}, the file before is ${printable(backup)}`);
  }
  say(change.done);
  return code;
}
