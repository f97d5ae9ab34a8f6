import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Effect } from '../../src/guard/effect-ledger.js';
import { openRecords } from '../../src/ledger/effect-records.js';
import { openLedger } from '../../src/ledger/open.js';
import type { SqliteLedger } from '../../src/ledger/sqlite-ledger.js';
import { DAY, effect, HOUR, hashOf } from '../guard/effect-ledger-contract.js';
import { Agent, compileAgent } from './agent.js';

let built: string;
let program: string;
let folder: string;
let path: string;
const agents = new Set<Agent>();
const ledgers = new Set<SqliteLedger>();

async function start(options: Parameters<typeof Agent.start>[1] = {}): Promise<Agent> {
  const agent = await Agent.start(program, options);
  agents.add(agent);
  await agent.order({ do: 'open', path, server: 'shop' });
  return agent;
}

function open(now: () => number = Date.now): SqliteLedger {
  const ledger = openLedger({ path, server: 'shop', now });
  ledgers.add(ledger);
  return ledger;
}

function entries() {
  const records = openRecords(path);
  try {
    return records?.list() ?? [];
  } finally {
    records?.close();
  }
}

const numbered = (index: number | string, change: Partial<Effect> = {}): Effect =>
  effect({ argsHash: hashOf(String(index)), ...change });

beforeAll(() => {
  built = mkdtempSync(join(tmpdir(), 'fuze-agent-'));
  program = compileAgent(built);
});
afterAll(() => rmSync(built, { recursive: true, force: true }));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fuze-ledger-'));
  path = join(folder, 'ledger.db');
});
afterEach(async () => {
  for (const agent of agents) await agent.kill();
  for (const ledger of ledgers) ledger.close();
  agents.clear();
  ledgers.clear();
  rmSync(folder, { recursive: true, force: true });
});

describe('several processes over one ledger', () => {
  it('lets exactly one of two that race for an effect win, 200 times', async () => {
    const [one, two] = await Promise.all([start(), start()]);
    for (let round = 0; round < 200; round += 1) {
      const of = numbered(round, { dedupe: DAY });
      const answers = await Promise.all([
        one.order({ do: 'begin', effect: { ...of, runId: 'one' } }),
        two.order({ do: 'begin', effect: { ...of, runId: 'two' } }),
      ]);
      expect(answers.filter((answer) => answer === undefined)).toHaveLength(1);
      expect(answers.find((answer) => answer !== undefined)).toMatchObject({
        state: 'pending',
        mine: false,
      });
    }
  });

  it('creates the file once when four open it at the same time', async () => {
    for (let round = 0; round < 5; round += 1) {
      path = join(folder, `round-${round}`, 'ledger.db');
      const together = await Promise.all([start(), start(), start(), start()]);
      await Promise.all(
        together.map((agent, index) =>
          agent.order({ do: 'begin', effect: numbered(index, { runId: `run-${index}` }) }),
        ),
      );
      expect(entries()).toHaveLength(4);
      await Promise.all(together.map((agent) => agent.order({ do: 'close' })));
      await Promise.all(together.map((agent) => agent.kill()));
    }
  });

  it('takes the writes of four processes at once without an error', async () => {
    const together = await Promise.all([start(), start(), start(), start()]);
    await Promise.all(
      together.map((agent, index) => {
        const runId = `run-${index}`;
        const effects = Array.from({ length: 250 }, (_, number) =>
          numbered(`${index}-${number}`, { runId, dedupe: DAY }),
        );
        return agent.order({ do: 'flood', effects });
      }),
    );
    const recorded = entries();
    expect(recorded).toHaveLength(1000);
    expect(recorded.every((entry) => entry.state === 'done')).toBe(true);
  });

  it('waits for an effect across runs that another living process has in flight', async () => {
    const agent = await start();
    await agent.order({ do: 'begin', effect: effect({ dedupe: HOUR }) });
    const ledger = open();
    expect(ledger.begin(effect({ dedupe: HOUR, runId: 'run-2' }))).toMatchObject({
      state: 'pending',
      mine: false,
    });
    await agent.order({
      do: 'settle',
      effect: effect({ dedupe: HOUR }),
      outcome: { kind: 'done', result: '42' },
    });
    expect(ledger.find(effect({ dedupe: HOUR, runId: 'run-2' }))).toMatchObject({
      state: 'done',
      result: '42',
    });
  });

  it('leaves another living client’s run alone', async () => {
    const agent = await start();
    await agent.order({ do: 'begin', effect: effect() });
    const ledger = open();
    expect(ledger.begin(effect({ runId: 'run-2' }))).toBeUndefined();
    // But a run that both serve (one traceparent) is one run.
    expect(ledger.begin(effect())).toMatchObject({ state: 'pending', mine: false });
    // Whoever ends it releases its own effects only.
    await agent.order({ do: 'settle', effect: effect(), outcome: { kind: 'done', result: '1' } });
    ledger.endRun('run-1');
    expect(ledger.find(effect())).toMatchObject({ state: 'done', result: '1' });
  });

  it('does not let one process settle what another one has in flight', async () => {
    const agent = await start();
    await agent.order({ do: 'begin', effect: effect() });
    open().settle(effect(), { kind: 'failed' });
    expect(await agent.order({ do: 'find', effect: effect() })).toMatchObject({ state: 'pending' });
  });
});

describe('after SIGKILL', () => {
  it.each<[string, Effect, Effect]>([
    ['the same run', effect(), effect()],
    ['another run', effect(), effect({ runId: 'run-2' })],
    ['any run', effect({ dedupe: HOUR }), effect({ runId: 'run-2', dedupe: HOUR })],
  ])('a call in flight is unknown, for %s', async (_, first, again) => {
    const agent = await start();
    await agent.order({ do: 'begin', effect: first });
    expect(entries()).toMatchObject([{ state: 'pending' }]);
    const living = open();
    await agent.kill();
    // Listed as it is, whether or not somebody noted it.
    expect(entries()).toMatchObject([
      { state: 'unknown', reason: expect.stringMatching(/killed/) },
    ]);
    const record = { state: 'unknown', reason: 'fuze was killed while the call was in flight' };
    expect(living.find(again)).toMatchObject(record);
    expect(living.begin(again)).toMatchObject(record);
    // It is noted in the file, for readers that cannot ask about processes.
    const database = new Database(path);
    expect(database.prepare('SELECT state FROM effects').pluck().all()).toEqual(['unknown']);
    database.close();
  });

  it('a call in flight can be resolved before anybody noted that it is unknown', async () => {
    const agent = await start();
    await agent.order({ do: 'begin', effect: effect() });
    const key = entries()[0]?.key ?? '';
    const records = openRecords(path);
    expect(records?.resolve(key, 'not-executed')).toMatchObject({ kind: 'refused' });
    await agent.kill();
    expect(records?.resolve(key.slice(0, 4), 'not-executed')).toMatchObject({
      kind: 'resolved',
      entry: { state: 'failed', reason: undefined },
    });
    records?.close();
    expect(open().begin(effect({ runId: 'run-2' }))).toBeUndefined();
  });

  it('what the run has finished counts for the crash window, and no longer', async () => {
    const agent = await start();
    await agent.order({ do: 'begin', effect: effect() });
    await agent.order({ do: 'settle', effect: effect(), outcome: { kind: 'done', result: '5' } });
    let now = 0;
    const ledger = open(() => now);
    const again = effect({ runId: 'run-2', crashWindow: 60_000 });
    const settled = entries()[0]?.settled ?? 0;
    now = settled + 59_999;
    expect(ledger.find(again)).toBeUndefined();
    await agent.kill();
    expect(ledger.find(again)).toMatchObject({ state: 'done', result: '5' });
    now = settled + 60_000;
    expect(ledger.find(again)).toBeUndefined();
    expect(ledger.begin(again)).toBeUndefined();
  });

  it('what a run finished that ended in order does not count', async () => {
    const agent = await start();
    await agent.order({ do: 'begin', effect: effect() });
    await agent.order({ do: 'settle', effect: effect(), outcome: { kind: 'done', result: '5' } });
    await agent.order({ do: 'endRun', runId: 'run-1' });
    await agent.kill();
    expect(open().begin(effect({ runId: 'run-2' }))).toBeUndefined();
  });

  it('what the run has finished is forgotten in time', async () => {
    const agent = await start();
    await agent.order({ do: 'begin', effect: effect() });
    await agent.order({ do: 'settle', effect: effect(), outcome: { kind: 'done', result: '5' } });
    await agent.kill();
    const over = (entries()[0]?.settled ?? 0) + effect().crashWindow + DAY;
    open(() => over - 1);
    expect(entries()).toHaveLength(1);
    open(() => over);
    expect(entries()).toHaveLength(0);
  });

  it('at any moment, an effect that began is never free to run again: 50 times', async () => {
    for (let round = 0; round < 50; round += 1) {
      path = join(folder, `${round}.db`);
      const agent = await start();
      const effects = Array.from({ length: 2000 }, (_, index) => numbered(index));
      const flood = agent.order({ do: 'flood', effects }).catch(() => 'killed');
      // The moment is random; the first effect on disk says that it is under way.
      const records = openRecords(path);
      while (records?.list().length === 0) await new Promise(setImmediate);
      records?.close();
      for (let wait = Math.random() * 40; wait > 1; wait -= 1) await new Promise(setImmediate);
      await agent.kill();
      await flood;
      const ledger = open();
      const recorded = entries();
      const begun = effects.slice(0, recorded.length);
      const states = begun.map((of) => ledger.find({ ...of, runId: 'again' })?.state);
      // All done, but for the last, which may have been in flight.
      expect(states.slice(0, -1).every((state) => state === 'done')).toBe(true);
      expect(['done', 'unknown']).toContain(states.at(-1));
      expect(ledger.find(numbered(recorded.length, { runId: 'again' }))).toBeUndefined();
    }
  });
});

describe('a disk that refuses', () => {
  const canMount = ((): boolean => {
    if (process.platform !== 'linux') return false;
    const probe = mkdtempSync(join(tmpdir(), 'fuze-mount-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe], { stdio: 'ignore' });
      execFileSync('umount', [probe]);
      return true;
    } catch {
      return false;
    } finally {
      rmSync(probe, { recursive: true });
    }
  })();

  /** Begins until it is refused; returns the refusal and how many were begun. */
  const fill = (ledger: SqliteLedger): { message: string; begun: number } => {
    for (let begun = 0; begun < 5000; begun += 1) {
      try {
        expect(ledger.begin(numbered(begun))).toBeUndefined();
      } catch (error) {
        return { message: error instanceof Error ? error.message : '', begun };
      }
    }
    throw new Error('the disk never filled');
  };

  it.skipIf(!canMount)('full: begin throws, leaves no trace, and works again with space', () => {
    const mount = join(folder, 'disk');
    mkdirSync(mount);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', mount]);
    try {
      path = join(mount, 'ledger.db');
      const ledger = open();
      const inFlight = numbered('in flight');
      ledger.begin(inFlight);
      const filler = join(mount, 'filler');
      try {
        writeFileSync(filler, Buffer.alloc(8 * 1024 * 1024));
      } catch {
        // Full, as it should be.
      }
      const { message, begun } = fill(ledger);
      expect(message).toMatch(/disk that holds the ledger .* is full/);
      expect(ledger.find(numbered(begun))).toBeUndefined();
      // Reading goes on.
      expect(ledger.find(inFlight)?.state).toBe('pending');
      // The end of a call in flight cannot be written: nobody may wait for it or replay it.
      expect(() => ledger.settle(inFlight, { kind: 'done', result: '"paid"' })).toThrow(/is full/);
      expect(ledger.find(inFlight)).toMatchObject({
        state: 'unknown',
        reason: expect.stringMatching(/outcome could not be written/),
      });
      expect(() => ledger.begin(numbered(begun))).toThrow(/is full/);
      rmSync(filler);
      expect(ledger.begin(numbered(begun))).toBeUndefined();
      // The first write that succeeds tells the file.
      expect(entries().find((entry) => entry.reason !== undefined)).toMatchObject({
        state: 'unknown',
      });
      // And the answer may still be written down.
      ledger.settle(inFlight, { kind: 'done', result: '"paid"' });
      expect(ledger.find(inFlight)).toMatchObject({ state: 'done', result: '"paid"' });
      expect(entries()).toHaveLength(begun + 2);
      ledger.close();
    } finally {
      for (const ledger of ledgers) ledger.close();
      execFileSync('umount', [mount]);
    }
  });

  it.skipIf(!canMount)('read-only: refused at the start, by name', () => {
    const mount = join(folder, 'disk');
    mkdirSync(mount);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', mount]);
    try {
      path = join(mount, 'ledger.db');
      openLedger({ path, server: 'shop' }).close();
      execFileSync('mount', ['-o', 'remount,ro', mount]);
      expect(() => open()).toThrow(/ledger .*ledger\.db cannot be (written|opened)/);
      path = join(mount, 'new', 'ledger.db');
      expect(() => open()).toThrow(/ledger .*ledger\.db cannot be (written|opened)/);
    } finally {
      execFileSync('umount', [mount]);
    }
  });

  it.skipIf(process.platform === 'win32')(
    'a file that may not grow: begin throws and leaves no half state',
    async () => {
      const agent = await start({ fileSizeLimit: 256 });
      let begun = 0;
      let message = '';
      for (; begun < 2000; begun += 1) {
        try {
          await agent.order({ do: 'begin', effect: numbered(begun) });
        } catch (error) {
          message = error instanceof Error ? error.message : '';
          break;
        }
      }
      expect(message).toContain(`the ledger ${path}`);
      expect(begun).toBeGreaterThan(0);
      expect(await agent.order({ do: 'find', effect: numbered(begun) })).toBeUndefined();
      expect(await agent.order({ do: 'find', effect: numbered(0) })).toMatchObject({
        state: 'pending',
      });
      await agent.kill();
      const ledger = open();
      for (let index = 0; index < begun; index += 1) {
        expect(ledger.find(numbered(index))?.state).toBe('unknown');
      }
      expect(ledger.begin(numbered(begun))).toBeUndefined();
    },
  );
});

it('says what to do when the native module cannot be loaded', async () => {
  const saboteur = join(folder, 'saboteur.cjs');
  writeFileSync(
    saboteur,
    `const Module = require('node:module');
     const load = Module._load;
     Module._load = function (name, ...rest) {
       if (name === 'better-sqlite3') throw new Error('invalid ELF header');
       return load.call(this, name, ...rest);
     };`,
  );
  // That the agent starts at all shows that the module is loaded only when a ledger is opened.
  await expect(start({ nodeArgs: ['--require', saboteur] })).rejects.toThrow(
    /better-sqlite3, which cannot be loaded.*invalid ELF header.*npm rebuild better-sqlite3/,
  );
});
