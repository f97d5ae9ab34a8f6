import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { describe, expect } from 'vitest';
import { fixture, runFuze, startProxy, type Workspace } from '../e2e/support/fuze-process.js';
import type { Random } from './support/random.js';
import { faultTest } from './support/rounds.js';
import {
  effectsOnRecord,
  newShop,
  nothingRuns,
  shopConfig,
  TRACE,
  verified,
} from './support/shop.js';
import { fateOf } from './support/shop-traffic.js';

const CONFIG = `${shopConfig()}
[proxy.tools.effect]
side_effect = true
dedupe = "24h"
`;

function start(workspace: Workspace) {
  return startProxy(fixture('raw-server'), {
    workspace,
    env: { RAW_JOURNAL: workspace.path('effects.jsonl') },
  });
}

const ran = (workspace: Workspace): unknown[] =>
  workspace.jsonLines('effects.jsonl').map(({ number }) => number);

/** The owner of what lies on the disk was another process on another machine: its pid may be in use here. */
function becomeForeign(workspace: Workspace, random: Random): void {
  const owner = {
    pid: random.pick(process.pid, 1, 2 ** 22 + random.between(1, 1_000)),
    started: `00000000-0000-4000-8000-${'0'.repeat(12)}:${random.between(1, 1e6)}`,
  };
  const database = new Database(`${workspace.stateDir}/ledger.db`);
  database.prepare('UPDATE effects SET owner_pid = @pid, owner_started = @started').run(owner);
  database.close();
  const lock = workspace.path(`${TRACE}.lock`);
  expect(existsSync(lock)).toBe(true);
  const holder: Record<string, unknown> = JSON.parse(readFileSync(lock, 'utf8'));
  writeFileSync(lock, JSON.stringify({ ...holder, ...owner }));
}

describe('the disk of a machine that crashed', () => {
  faultTest(
    'what was in flight is unknown, what was done is replayed, the trace goes on',
    async ({ random, count }) => {
      const workspace = newShop(CONFIG);
      const crashed = start(workspace);
      const done = random.between(1, 5);
      const inFlight = random.between(1, 5);
      for (let number = 0; number < done; number += 1) {
        expect((await crashed.call('effect', { number })).toolText).toBe('ok');
      }
      for (let number = done; number < done + inFlight; number += 1) {
        crashed.call('effect', { number, and: 'never' }).catch(() => {});
      }
      while (ran(workspace).length < done + inFlight) await sleep(1);
      crashed.signal('SIGKILL');
      await crashed.closed;
      await nothingRuns(workspace);
      becomeForeign(workspace, random);

      const next = start(workspace);
      for (let number = 0; number < done; number += 1) {
        const answer = await next.call('effect', { number });
        expect(fateOf(answer)).toBe('replayed');
        expect(answer.toolText).toBe('ok');
      }
      for (let number = done; number < done + inFlight; number += 1) {
        const answer = await next.call('effect', { number, and: 'never' });
        expect(fateOf(answer)).toBe('unknown');
        expect(answer.decision?.cause).toBe('fuze was killed while the call was in flight');
      }
      const unknown = await effectsOnRecord(workspace, 'unknown');
      expect(unknown).toHaveLength(inFlight);

      // A person looks after one of them and says that it did not run: then it may.
      const resolve = ['ledger', 'resolve', unknown[0]?.key ?? '', '--not-executed'];
      expect((await runFuze(resolve, { workspace })).code).toBe(0);
      for (let number = done; number < done + inFlight; number += 1) {
        next.call('effect', { number, and: 'never' }).catch(() => {});
      }
      while (ran(workspace).length < done + inFlight + 1) await sleep(1);
      next.endInput();
      expect((await next.closed).code).toBe(0);
      expect(ran(workspace)).toHaveLength(done + inFlight + 1);
      const { verdict, said } = await verified(workspace);
      expect(verdict, said).toBe('closed');
      expect(said).toMatch(/2 sessions, 1 without an end/);
      count('done', done);
      count('in flight', inFlight);
    },
    { short: 3, skip: process.platform === 'win32' ? 'no owner has a start time there' : '' },
  );
});
