import { readFileSync } from 'node:fs';
import { replaceFile } from '../files/replace-file.js';
import type { FilePlan } from './file-plan.js';
import type { InstallRecord, InstallStore } from './install-store.js';

function isAsPlanned({ target, bytes }: FilePlan): boolean {
  try {
    return readFileSync(target).equals(bytes);
  } catch {
    return false;
  }
}

/** Throws an Error for people when somebody else changed one of the files since the plan was made. */
export function assertAsPlanned(plans: readonly FilePlan[]): void {
  const stray = plans.find((plan) => !isAsPlanned(plan));
  if (stray === undefined) return;
  throw new Error(
    `${stray.file.path} was changed since the preview was made: nothing was written to it. Run the command again`,
  );
}

/**
 * Writes what was planned, whole and with the mode of the file, after a copy of it and of the way back were put
 * aside. Returns the path of the copy. Throws when the file is not as planned any more, and what the file system throws.
 */
export function applyPlan(
  plan: FilePlan,
  store: InstallStore,
  recordsAfter: (kept: readonly InstallRecord[], plan: FilePlan) => readonly InstallRecord[],
): string {
  const { target, bytes, newBytes } = plan;
  const { id } = plan.file.client;
  const backup = store.backUp(target, bytes, new Date());
  const kept = store.read(target);
  const after = recordsAfter(kept, plan);
  // The way back is on the disk before it is needed, and goes only when it is not needed any more.
  store.write(target, id, [...kept.filter((record) => !after.includes(record)), ...after]);
  assertAsPlanned([plan]);
  replaceFile(target, newBytes, { keepMode: true });
  store.write(target, id, after);
  return backup;
}
