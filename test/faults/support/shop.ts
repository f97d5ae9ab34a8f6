import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import {
  type Finished,
  type FuzeProcess,
  fixture,
  type ProxyOptions,
  runFuze,
  startProxy,
  Workspace,
} from '../../e2e/support/fuze-process.js';
import type { Random } from './random.js';
import type { PlannedCall } from './traffic.js';

export const TRACE = 'trace.jsonl';

/** Both reaches of an effect side by side; the limits are out of the way. */
export const shopConfig = (trace = TRACE): string => `
[proxy]
trace = "./${trace}"
max_iterations = 1000000

[proxy.tools.send_email]
side_effect = true
dedupe = "24h"

[proxy.tools.refund]
side_effect = true
`;

export const JOURNAL = 'journal.jsonl';

/** Endless calls, reads and effects mixed, no two alike. */
export function* shopCalls(random: Random, effects = 0.5): Generator<PlannedCall> {
  for (let number = 1; ; number += 1) {
    if (!random.chance(effects)) {
      yield { tool: 'search', args: { query: `lamp ${number}` }, effect: undefined };
    } else if (random.chance(0.5)) {
      const subject = `mail ${number}`;
      const args = { to: 'ada@example.com', subject, body: 'Hello' };
      yield { tool: 'send_email', args, effect: subject };
    } else {
      const order_id = random.pick('A-1001', 'A-1002', 'A-1003');
      const args = { order_id, amount: number, reason: 'late' };
      yield { tool: 'refund', args, effect: `${order_id} ${number}` };
    }
  }
}

export function take<T>(source: Iterator<T>, count: number): T[] {
  return Array.from({ length: count }, () => source.next()).flatMap(({ done, value }) =>
    done ? [] : [value],
  );
}

/** How often each effect was really carried out. */
export function carriedOut(workspace: Workspace): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { effect, subject, order_id, amount } of workspace.jsonLines(JOURNAL)) {
    const key = effect === 'email' ? String(subject) : `${order_id} ${amount}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

export function newShop(config = shopConfig()): Workspace {
  return new Workspace(config);
}

/** The shop's server behind fuze, writing to the workspace's journal. */
export function startShop(
  workspace: Workspace,
  options: Omit<ProxyOptions, 'workspace'> = {},
): FuzeProcess {
  return startProxy(fixture('shop-server'), {
    ...options,
    workspace,
    env: { SHOP_JOURNAL: workspace.path(JOURNAL), ...options.env },
  });
}

/** Ends the session from the client's side, and waits until all that ran for it is gone. */
export async function finish(fuze: FuzeProcess): Promise<void> {
  fuze.endInput();
  expect(await fuze.closed).toEqual({ code: 0, signal: null });
  await nothingRuns(fuze.workspace);
}

/** Resolves when no process of the workspace is left: orphans end by themselves, when they see end of file. */
export async function nothingRuns(workspace: Workspace): Promise<void> {
  while (workspace.survivors().length > 0) await sleep(5);
}

export type Verdict = 'closed' | 'open' | 'cut' | 'broken' | 'unreadable';

/** What `fuze verify` says of a trace. */
export async function verified(
  workspace: Workspace,
  trace = TRACE,
): Promise<{ readonly verdict: Verdict; readonly said: string; readonly lost: number }> {
  const { code, stdout, stderr } = await runFuze(['verify', trace], { workspace });
  const lost = Number(/(\d+) records? lost/.exec(stdout)?.[1] ?? 0);
  return { verdict: verdictOf({ code, stdout, stderr }), said: stdout + stderr, lost };
}

function verdictOf({ code, stdout, stderr }: Pick<Finished, 'code' | 'stdout' | 'stderr'>) {
  if (code === 2) return 'unreadable';
  if (code === 1) return stderr.startsWith('cut: ') ? 'cut' : 'broken';
  return stdout.startsWith('valid, still open: ') ? 'open' : 'closed';
}

/** The `call` records of a trace by the id of their call. */
export function callRecords(
  workspace: Workspace,
  trace = TRACE,
): Map<string, Record<string, unknown>> {
  const records = new Map<string, Record<string, unknown>>();
  for (const { payload } of workspace.jsonLines(trace)) {
    if (typeof payload !== 'object' || payload === null) continue;
    const record: Record<string, unknown> = { ...payload };
    if (record.kind === 'call') records.set(String(record.callId), record);
  }
  return records;
}

/** The effects that the ledger holds, in one state or in all, as `fuze ledger list` tells them. */
export async function effectsOnRecord(
  workspace: Workspace,
  state?: 'done' | 'unknown' | 'pending' | 'failed',
  flags: readonly string[] = [],
): Promise<{ readonly key: string; readonly state: string; readonly reason?: string }[]> {
  const only = state === undefined ? [] : ['--state', state];
  const listed = await runFuze(['ledger', 'list', '--json', ...only, ...flags], { workspace });
  expect(listed.code, listed.stderr).toBe(0);
  return JSON.parse(listed.stdout);
}
