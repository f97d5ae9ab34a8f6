import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';

/**
 * Writes a complete file beside `target`, readable by its owner only, and returns its path; the bytes are on the
 * disk. Who calls puts it in place or removes it. Throws what the file system throws, and then leaves nothing.
 */
export function writeDraft(target: string, content: string | Uint8Array): string {
  const draft = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  const fd = openSync(draft, 'wx', 0o600);
  try {
    writeFileSync(fd, content);
    fsyncSync(fd);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
  return draft;
}

/** Gives the draft the owner and the mode of the file whose place it takes. */
function resemble(draft: string, target: string): void {
  const model = statSync(target);
  const { uid, gid } = statSync(draft);
  if (uid !== model.uid || gid !== model.gid) chownSync(draft, model.uid, model.gid);
  chmodSync(draft, model.mode & 0o7777);
}

/**
 * Puts `content` in the place of a file, whole or not at all. `keepMode` keeps owner and mode of the file that is
 * there; without it the file is its owner's only. A link is replaced, not followed. Throws what the file system throws.
 */
export function replaceFile(
  path: string,
  content: string | Uint8Array,
  { keepMode = false }: { readonly keepMode?: boolean } = {},
): void {
  const draft = writeDraft(path, content);
  try {
    if (keepMode) resemble(draft, path);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
