import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import { type FuzeProcess, fixture, type ProxyOptions, startProxy } from './fuze-process.js';

export interface RawProxyOptions extends ProxyOptions {
  /** Flags of fixtures/raw-server. */
  readonly server?: readonly string[];
}

/** fuze in front of fixtures/raw-server, whose received bytes can be looked at. */
export interface RawProxy {
  readonly fuze: FuzeProcess;
  /** Everything that fuze has passed to the server so far, without the ping that makes sure of "so far". */
  received(): Promise<string>;
  /** What the server has read at this moment; says nothing of what is on its way. */
  receivedNow(): Buffer;
  /** Lets a server that reads nothing read on. */
  readOn(): void;
}

let barriers = 0;

export function startRawProxy({ server = [], ...options }: RawProxyOptions = {}): RawProxy {
  const fuze = startProxy(fixture('raw-server', ...server), {
    ...options,
    env: { RAW_LOG: 'raw.log', RAW_JOURNAL: 'journal', ...options.env },
  });
  const receivedNow = (): Buffer => fuze.workspace.read('raw.log');
  return {
    fuze,
    receivedNow,
    readOn: () => {
      const [serverPid] = fuze.workspace.survivors().filter((pid) => pid !== fuze.pid);
      if (serverPid === undefined) throw new Error('the server does not run');
      process.kill(serverPid, 'SIGUSR2');
    },
    received: async () => {
      // Messages keep their order, so what was sent before this ping has arrived when its answer is here.
      barriers += 1;
      const id = `barrier-${barriers}`;
      await fuze.request('ping', undefined, id);
      const lines = receivedNow()
        .toString('utf8')
        .split(/(?<=\n)/);
      return lines.filter((line) => !line.includes('"barrier-')).join('');
    },
  };
}

/** JSON text of a `tools/call`; `id` is JSON text too, so that its digits stay as they are. */
export function callText(id: string, tool: string, args: object = {}): string {
  const name = JSON.stringify(tool);
  return `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":${name},"arguments":${JSON.stringify(args)}}}`;
}

/** A number of /proc/<pid>/status in bytes, such as the peak of resident memory (`VmHWM`). Linux only. */
export function memoryOf(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  if (kibibytes === undefined) throw new Error(`no ${field} in /proc/${pid}/status`);
  return Number(kibibytes) * 1024;
}

/** Resolves when `sample` has not changed for a while: whoever moves it waits for something. */
export async function standstill(sample: () => number): Promise<number> {
  let last = sample();
  for (let same = 0; same < 8; same += 1) {
    await sleep(100);
    const now = sample();
    if (now !== last) same = 0;
    last = now;
  }
  return last;
}

/** Asserts that nothing of a test's processes is left; one that was just killed may take a moment to be gone. */
export function expectNoSurvivors({ workspace }: FuzeProcess): Promise<void> {
  return vi.waitFor(() => expect(workspace.survivors()).toEqual([]), { timeout: 5_000 });
}
