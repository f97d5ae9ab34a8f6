import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { runFuze } from './fuze-process.js';
import type { Workspace } from './workspace.js';

export function proxiesFolder({ home }: Workspace): string {
  return join(home, '.fuze', 'proxies');
}

/** Resolves when so many proxies are in the registry of this home. */
export function announced(workspace: Workspace, count: number): Promise<void> {
  return vi.waitFor(
    () => {
      const entries = readdirSync(proxiesFolder(workspace)).filter((name) => /\.json$/.test(name));
      expect(entries).toHaveLength(count);
    },
    { timeout: 10_000, interval: 50 },
  );
}

interface LiveProxy {
  readonly server: string;
  readonly pid: number;
  readonly problem: string | null;
  readonly report: {
    readonly sessions: number;
    readonly runs: readonly {
      readonly runId: string;
      readonly trip: { readonly tripId: string } | null;
    }[];
  } | null;
}

/** What `fuze status --json` says in this home. */
export async function liveProxies(workspace: Workspace): Promise<LiveProxy[]> {
  const { code, stdout } = await runFuze(['status', '--json'], { workspace });
  expect(code).toBe(0);
  const { proxies }: { proxies: LiveProxy[] } = JSON.parse(stdout);
  return proxies;
}
