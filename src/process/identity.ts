import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Names one process for good: a pid alone is given away again after a crash. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time in clock ticks since boot and the boot's id where /proc tells them, else empty. */
  readonly started: string;
  /** Random per process. */
  readonly nonce: string;
}

/** A process whose parent has not asked for its end is still listed, but will never do anything again. */
const ENDED = '';

/** The start of a process that runs, ENDED for one that has died, undefined where the system does not tell. */
function startOf(pid: number): string | undefined {
  try {
    // Fields 3 and 22 of /proc/<pid>/stat (proc_pid_stat(5)); the command name in brackets may hold spaces and brackets.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return ENDED;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    return `${boot}:${fields[19] ?? ''}`;
  } catch {
    return undefined;
  }
}

let own: ProcessIdentity | undefined;

/** The identity of this process, the same for its whole life. */
export function thisProcess(): ProcessIdentity {
  own ??= {
    pid: process.pid,
    started: startOf(process.pid) ?? '',
    nonce: randomBytes(8).toString('hex'),
  };
  return own;
}

function isListed(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, under another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Whether the process named is still running. Errs towards "yes" where the system does not tell start times:
 * a pid in use by somebody else then looks alive.
 */
export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.nonce === thisProcess().nonce) return true;
  if (identity.pid === process.pid) return false;
  if (!isListed(identity.pid)) return false;
  const now = startOf(identity.pid);
  // One that was waited for in the meantime is listed no more, and that it cannot be read means nothing else then.
  if (now === ENDED || (now === undefined && !isListed(identity.pid))) return false;
  return identity.started === '' || now === undefined || now === identity.started;
}
