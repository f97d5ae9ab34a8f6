import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { isAlive, type ProcessIdentity, thisProcess } from '../../src/process/identity.js';

const hasProc = existsSync('/proc/self/stat');
const started: ChildProcess[] = [];

function start(script: string): ChildProcess {
  const child = spawn('sh', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  started.push(child);
  return child;
}

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** What a process other than this one would have written about itself. */
function identityOf(pid: number): ProcessIdentity {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return { pid, started: `${boot}:${ticks}`, nonce: 'of another process' };
}

describe('isAlive', () => {
  it('knows this process, and that another with its pid is gone', () => {
    expect(isAlive(thisProcess())).toBe(true);
    expect(isAlive({ ...thisProcess(), nonce: 'before' })).toBe(false);
  });

  it('knows when a process has ended', async () => {
    const child = start('read line');
    const identity = { pid: child.pid ?? 0, started: '', nonce: 'other' };
    expect(isAlive(identity)).toBe(true);
    const gone = once(child, 'exit');
    child.stdin?.end();
    await gone;
    expect(isAlive(identity)).toBe(false);
  });

  it.skipIf(!hasProc)('tells a process from an earlier one with the same pid', () => {
    const child = start('read line');
    const identity = identityOf(child.pid ?? 0);
    expect(isAlive(identity)).toBe(true);
    expect(isAlive({ ...identity, started: `${identity.started}0` })).toBe(false);
  });

  it.skipIf(!hasProc)(
    'takes a killed process for dead though nobody has waited for it',
    async () => {
      // The shell becomes another program, which knows nothing of its child: a container's first process often does not either.
      const parent = start('sleep 1000 & echo $!; exec sleep 1000');
      const [line]: unknown[] = await once(parent.stdout ?? parent, 'data');
      const identity = identityOf(Number(String(line)));
      expect(isAlive(identity)).toBe(true);
      process.kill(identity.pid, 'SIGKILL');
      // SIGKILL is delivered at once, but carried out when the process is next scheduled.
      while (!/\) Z /.test(readFileSync(`/proc/${identity.pid}/stat`, 'latin1'))) {
        await new Promise(setImmediate);
      }
      expect(isAlive(identity)).toBe(false);
      expect(isAlive({ ...identity, started: '' })).toBe(false);
    },
  );
});
