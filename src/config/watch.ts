import { type FSWatcher, lstatSync, readFileSync, realpathSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Settings } from './settings.js';

/** Writes of one save come in a burst; this many milliseconds after its first sign the file is looked at. */
const SETTLE = 50;
/** How long a file may be missing or empty, as it is while an editor replaces it, before that is a problem. */
const PATIENCE = 500;

/** What the file held when it was last looked at; `lost` when it was missing, unreadable or empty. */
type Content = { readonly text: string } | { readonly lost: string };

function look(file: string): Content {
  try {
    const text = readFileSync(file, 'latin1');
    return text.trim() === '' ? { lost: 'is empty' } : { text };
  } catch (error) {
    return { lost: `cannot be read (${error instanceof Error ? error.message : String(error)})` };
  }
}

/** Folders in which a change of the file shows: its own, and that of the file behind a link. */
function foldersOf(file: string): Set<string> {
  const folders = new Set([dirname(file)]);
  try {
    folders.add(dirname(realpathSync(file)));
  } catch {
    // The file is gone; its own folder will tell when it comes back.
  }
  return folders;
}

function isLink(file: string): boolean {
  try {
    return lstatSync(file).isSymbolicLink();
  } catch {
    // Gone or out of reach: the look that its name asks for will tell.
    return false;
  }
}

/**
 * Takes up changes of `file` (absolute) while running. `reload` reads the settings anew, and throws when they are
 * invalid; then, and while the file is missing or empty, the old ones stay and `onProblem` hears of it once per content.
 * Folders are watched, since editors replace files by renaming. Does not keep the process alive.
 */
export function watchSettings(
  reload: () => Settings,
  file: string,
  onChange: (settings: Settings) => void,
  onProblem: (problem: unknown) => void,
): { close(): void } {
  const first = look(file);
  let accepted = 'text' in first ? first.text : '';
  let seen: Content = first;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const keep = (why: string): void => {
    onProblem(new Error(`${file} ${why}; the settings from before stay in force`));
  };

  const take = (text: string): void => {
    let result: { settings: Settings } | { problem: unknown };
    try {
      result = { settings: reload() };
    } catch (problem) {
      result = { problem };
    }
    const after = look(file);
    if (!('text' in after) || after.text !== text) {
      // Changed between the two readings, so nobody knows what was loaded: look again.
      seen = { lost: 'is changing' };
      plan(SETTLE, true);
    } else if ('problem' in result) onProblem(result.problem);
    else if (result.settings.file !== file) keep('is no longer the file in force');
    else {
      accepted = text;
      onChange(result.settings);
    }
  };

  const check = (patient: boolean): void => {
    const now = look(file);
    if ('text' in now) {
      const isNew = !('text' in seen) || seen.text !== now.text;
      seen = now;
      if (isNew && now.text !== accepted) take(now.text);
    } else if (patient) plan(PATIENCE, false);
    else {
      if (!('lost' in seen) || seen.lost !== now.lost) keep(now.lost);
      seen = now;
    }
  };

  function plan(delay: number, patient: boolean): void {
    // Not started anew by later signs: a file written to all the time must still be looked at.
    if (closed || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      check(patient);
    }, delay).unref();
  }

  const watchers: FSWatcher[] = [];
  for (const folder of foldersOf(file)) {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        // Traces may lie in the same folder; only a link can change without its name being told.
        if (name === null || name === basename(file) || isLink(file)) plan(SETTLE, true);
      });
      watchers.push(watcher.on('error', onProblem));
    } catch (error) {
      // Out of inotify watches, or the folder is gone: fuze runs on, and a restart takes up changes.
      onProblem(error);
    }
  }
  return {
    close: () => {
      closed = true;
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}
