import { existsSync, realpathSync } from 'node:fs';
import type { ClientSpec } from './client-table.js';
import { type FilePlan, planFile, type ServerPick } from './file-plan.js';
import type { InstallRecord, InstallStore } from './install-store.js';
import type { ConfigFile } from './locate-files.js';
import { unwrapText } from './unwrap-server.js';
import { readWrapped } from './wrapped-command.js';

const keyOf = (path: readonly string[]): string => JSON.stringify(path);

/** Files that fuze was put into and that `found` does not name, such as those of projects elsewhere. */
export function installedElsewhere(
  clients: readonly ClientSpec[],
  store: InstallStore,
  found: readonly ConfigFile[],
): ConfigFile[] {
  const known = new Set(found.map(({ path }) => realpathSync(path)));
  return store.files().flatMap(({ file, client: id }) => {
    const client = clients.find((spec) => spec.id === id);
    if (client === undefined || known.has(file) || !existsSync(file)) return [];
    return [{ client, level: 'project' as const, path: file }];
  });
}

/** Plans to take fuze out of a file again. Throws a FileProblem when it cannot be read or understood. */
export function planUninstall(file: ConfigFile, pick: ServerPick, store: InstallStore): FilePlan {
  const kept = store.read(realpathSync(file.path));
  const records = new Map(kept.map((record) => [keyOf(record.path), record]));
  return planFile(file, pick, ({ path, values, text }) => {
    if (readWrapped(values) === undefined) return { kind: 'settled' };
    const restored = unwrapText(file.client, text, records.get(keyOf(path)));
    if (restored !== undefined) return { kind: 'change', text: restored };
    return {
      kind: 'left',
      why: 'what it was before cannot be told from it; take "fuze proxy" out by hand',
    };
  });
}

/** What must still be kept of a file: of servers that stay wrapped. */
export function recordsAfterUninstall(
  kept: readonly InstallRecord[],
  { edits }: FilePlan,
): readonly InstallRecord[] {
  const undone = new Set(edits.map(({ path }) => keyOf(path)));
  return kept.filter(({ path }) => !undone.has(keyOf(path)));
}
