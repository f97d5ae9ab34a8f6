import { readdirSync, readFileSync } from 'node:fs';

/** A running process with its start time, so that a pid given away again is not taken for it. */
interface Sighting {
  readonly pid: number;
  readonly parent: number;
  readonly started: string;
}

function sight(pid: number): Sighting | undefined {
  try {
    // Fields 4 and 22 of /proc/<pid>/stat, see proc_pid_stat(5).
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { pid, parent: Number(fields[1]), started: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

/**
 * The children of a process and theirs, as far as /proc shows them: also those that have left its process group.
 * Empty where there is no /proc.
 */
export function descendantsOf(root: number): readonly Sighting[] {
  let names: readonly string[];
  try {
    names = readdirSync('/proc');
  } catch {
    return [];
  }
  const all = names
    .filter((name) => /^\d+$/.test(name))
    .map((name) => sight(Number(name)))
    .filter((sighting) => sighting !== undefined);
  const found: Sighting[] = [];
  const parents = [root];
  for (const parent of parents) {
    for (const sighting of all) {
      if (sighting.parent !== parent) continue;
      found.push(sighting);
      parents.push(sighting.pid);
    }
  }
  return found;
}

/** Kills those that still run. */
export function killAll(sightings: readonly Sighting[]): void {
  for (const { pid, started } of sightings) {
    if (sight(pid)?.started !== started) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself in between.
    }
  }
}
