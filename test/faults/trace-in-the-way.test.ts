import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { FuzeProcess, Workspace } from '../e2e/support/fuze-process.js';
import { onTeardown } from '../e2e/support/teardown.js';
import type { Random } from './support/random.js';
import { faultTest, type Round } from './support/rounds.js';
import {
  callRecords,
  carriedOut,
  finish,
  newShop,
  shopCalls,
  shopConfig,
  startShop,
  TRACE,
  verified,
} from './support/shop.js';
import { ShopTraffic } from './support/shop-traffic.js';

/** Root may read and write whatever the modes say, so these are hindrances that stop root too. */
const HINDRANCES: Readonly<Record<string, (path: string) => void>> = {
  'a folder in its place': (path) => mkdirSync(path),
  'a link into a folder that is not there': (path) => symlinkSync('gone/there', path),
  'a link to itself': (path) => symlinkSync(path, path),
  'a pipe': (path) => {
    // Put there at once: while a command runs, fuze may have made a new trace.
    spawnSync('mkfifo', [`${path}.pipe`]);
    renameSync(`${path}.pipe`, path);
  },
  'a file where its folder should be': (path) => {
    const folder = join(path, '..');
    rmSync(folder, { recursive: true });
    writeFileSync(folder, '');
  },
};

/** Calls after which whatever should have happened would have. */
const ENOUGH = 100_000;

function traffic(fuze: FuzeProcess, random: Random): ShopTraffic {
  return new ShopTraffic(fuze, shopCalls(random), random.between(1, 6));
}

/** Effects are refused until `takeAway`, then run again; reads are answered all the time. */
async function hindered(calls: ShopTraffic, random: Random, takeAway: () => void): Promise<void> {
  const { fuze } = calls;
  const refusals = random.between(1, 10);
  await calls.when(() => calls.counts.unrecordable >= refusals || calls.sent.size > ENOUGH);
  expect(calls.counts.unrecordable).toBeGreaterThanOrEqual(refusals);
  await fuze.stderrMatches(/trace: .*trace\.jsonl cannot be written: /);
  calls.countAnew();
  await calls.when(() => calls.counts.read > 2);
  expect(calls.counts.ran).toBe(0);
  takeAway();
  calls.countAnew();
  await calls.when(() => calls.counts.ran > 2 || calls.sent.size > 2 * ENOUGH);
  expect(calls.counts.ran).toBeGreaterThan(2);
}

async function endWell(workspace: Workspace, calls: ShopTraffic, trace: string): Promise<void> {
  calls.stop();
  await calls.when(() => calls.answers.size === calls.sent.size);
  await finish(calls.fuze);
  const { verdict, said } = await verified(workspace, trace);
  expect(verdict, said).toBe('closed');
  expect([...carriedOut(workspace)].filter(([, times]) => times > 1)).toEqual([]);
}

function hindranceOf({ number }: Round): [string, (path: string) => void] {
  const all = Object.entries(HINDRANCES);
  const found = all[number % all.length];
  if (found === undefined) throw new Error('no hindrance');
  return found;
}

describe('a trace that cannot be written', () => {
  faultTest(
    'from the start: side effects are refused, reads go on; when it can be, all goes on',
    async (round) => {
      const { random, count } = round;
      const trace = `traces/${TRACE}`;
      const workspace = newShop(shopConfig(trace));
      const [name, put] = hindranceOf(round);
      mkdirSync(workspace.path('traces'));
      put(workspace.path(trace));
      const calls = traffic(startShop(workspace), random);
      const flowing = calls.run();
      await hindered(calls, random, () => {
        expect(carriedOut(workspace).size, name).toBe(0);
        rmSync(workspace.path('traces'), { recursive: true });
      });
      await endWell(workspace, calls, trace);
      await flowing;
      const { lost } = await verified(workspace, trace);
      expect(callRecords(workspace, trace).size + lost).toBe(calls.sent.size);
      count(name);
    },
    { short: 5, skip: process.platform === 'win32' ? 'it has no such links and pipes' : '' },
  );

  faultTest(
    'because it is taken away and replaced while calls flow: the same',
    async (round) => {
      const { random, count } = round;
      const trace = `traces/${TRACE}`;
      const workspace = newShop(shopConfig(trace));
      const [name, put] = hindranceOf(round);
      const calls = traffic(startShop(workspace), random);
      const flowing = calls.run();
      await calls.reaches(random.between(1, 60));
      await random.moment();
      rmSync(workspace.path(trace));
      put(workspace.path(trace));
      await hindered(calls, random, () => rmSync(workspace.path('traces'), { recursive: true }));
      await calls.fuze.stderrMatches(/trace\.jsonl was removed/);
      await endWell(workspace, calls, trace);
      await flowing;
      count(name);
    },
    { short: 5, skip: process.platform === 'win32' ? 'it has no such links and pipes' : '' },
  );

  faultTest(
    'because it was made immutable while calls flow: the same, and nothing is missing untold',
    async ({ random, count }) => {
      const workspace = newShop();
      const path = workspace.path(TRACE);
      const calls = traffic(startShop(workspace), random);
      const flowing = calls.run();
      await calls.reaches(random.between(1, 60));
      await random.moment();
      onTeardown(() => void immutable(path, '-i'));
      expect(immutable(path, '+i')).toBe('');
      await hindered(calls, random, () => immutable(path, '-i'));
      await endWell(workspace, calls, TRACE);
      await flowing;
      const { lost } = await verified(workspace);
      expect(callRecords(workspace).size + lost).toBe(calls.sent.size);
      count('records lost and told', lost);
    },
    { short: 2, skip: noImmutable(), mustHappen: ['records lost and told'] },
  );
});

function immutable(path: string, how: '+i' | '-i'): string {
  const { status, stderr } = spawnSync('chattr', [how, path], { encoding: 'utf8' });
  return status === 0 ? '' : stderr?.trim() || 'there is no chattr here';
}

function noImmutable(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fuze-chattr-'));
  const probe = join(folder, 'probe');
  writeFileSync(probe, '');
  const reason = immutable(probe, '+i');
  if (reason === '') immutable(probe, '-i');
  rmSync(folder, { recursive: true });
  return reason;
}
