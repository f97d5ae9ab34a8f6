import { existsSync, readdirSync, readFileSync } from 'node:fs';

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

/** Where the kernel tells the children of a process, one need not look at every process of the machine. */
const TELLS_CHILDREN = existsSync('/proc/thread-self/children');

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Each thread has the children that it started. */
function childrenTold(pid: number): readonly Sighting[] {
  const pids = namesIn(`/proc/${pid}/task`).flatMap((thread) => {
    try {
      return readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').split(' ');
    } catch {
      return [];
    }
  });
  return seen(pids);
}

function seen(pids: readonly string[]): readonly Sighting[] {
  return pids
    .filter((name) => /^\d+$/.test(name))
    .map((name) => sight(Number(name)))
    .filter((sighting) => sighting !== undefined);
}

/**
 * The children of a process and theirs, as far as /proc shows them: also those that have left its process group.
 * Empty where there is no /proc.
 */
export function descendantsOf(root: number): readonly Sighting[] {
  const all = TELLS_CHILDREN ? [] : seen(namesIn('/proc'));
  const childrenOf = TELLS_CHILDREN
    ? childrenTold
    : (pid: number) => all.filter(({ parent }) => parent === pid);
  const found: Sighting[] = [];
  const parents = [root];
  for (const parent of parents) {
    for (const child of childrenOf(parent)) {
      found.push(child);
      parents.push(child.pid);
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
