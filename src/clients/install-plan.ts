import { rewriteEntry } from './entry-text.js';
import { type FilePlan, planFile, type ServerPick, UNEDITABLE } from './file-plan.js';
import { fuzeCall, type Installation } from './fuze-call.js';
import type { InstallRecord } from './install-store.js';
import type { ConfigFile } from './locate-files.js';
import { wrapServer } from './wrap-server.js';

const SHARED_NOTE =
  'this file belongs to a project, and names paths of this machine from then on: do not commit it';

/** Plans to put fuze before the servers of a file. Throws a FileProblem when it cannot be read or understood. */
export function planInstall(
  file: ConfigFile,
  pick: ServerPick,
  installation: Installation,
): FilePlan {
  const { client } = file;
  const call = fuzeCall(installation, client.joinsArguments === true);
  const plan = planFile(file, pick, ({ path, values, text }) => {
    // Whether it is wrapped already does not hang on how fuze is called.
    const words = 'words' in call ? call.words : (['fuze'] as const);
    const wrapping = wrapServer(client, path.at(-1) ?? '', values, words);
    switch (wrapping.kind) {
      case 'already':
        return { kind: 'settled' };
      case 'left':
        return wrapping;
      case 'wrapped': {
        if ('problem' in call) return { kind: 'left', why: call.problem };
        const edited = rewriteEntry(client.format, text, values, wrapping.values);
        return edited === undefined
          ? { kind: 'left', why: UNEDITABLE }
          : { kind: 'change', text: edited, note: wrapping.note };
      }
    }
  });
  if (plan.changed.length === 0) return plan;
  const notes = [...plan.notes];
  if ('note' in call && call.note !== undefined) notes.push(call.note);
  if (file.level === 'project') notes.push(SHARED_NOTE);
  return { ...plan, notes };
}

/** What must be kept of a file to undo this and what was done to it before. */
export function recordsAfterInstall(
  kept: readonly InstallRecord[],
  { edits }: FilePlan,
): readonly InstallRecord[] {
  const paths = new Set(edits.map(({ path }) => JSON.stringify(path)));
  return [
    ...kept.filter(({ path }) => !paths.has(JSON.stringify(path))),
    ...edits.map(({ path, before, after }) => ({ path, original: before, wrapped: after })),
  ];
}
