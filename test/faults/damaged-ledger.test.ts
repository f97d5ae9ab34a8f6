import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect } from 'vitest';
import type { Random } from './support/random.js';
import { faultTest } from './support/rounds.js';
import {
  carriedOut,
  finish,
  newShop,
  shopCalls,
  startShop,
  take,
  verified,
} from './support/shop.js';
import { ShopTraffic } from './support/shop-traffic.js';

const bytes = (random: Random, length: number): Buffer =>
  Buffer.from(Array.from({ length }, () => random.between(0, 255)));

const put = (path: string, content: string | Buffer): void =>
  writeFileSync(path, content, { mode: 0o600 });

/** Ways in which the file of a ledger comes to harm. Each puts something else at `path`, where `sound` was. */
const HARMS: Readonly<Record<string, (path: string, sound: Buffer, random: Random) => void>> = {
  'a folder in its place': (path) => mkdirSync(path),
  'a link into a folder that is not there': (path) => symlinkSync('gone/ledger.db', path),
  'nothing in it': (path) => put(path, ''),
  'something else in it': (path, sound, random) =>
    put(path, bytes(random, random.between(1, sound.length))),
  'its head overwritten': (path, sound, random) =>
    put(path, Buffer.concat([bytes(random, 100), sound.subarray(100)])),
  'its end cut off': (path, sound, random) =>
    put(path, sound.subarray(0, random.between(1, sound.length - 1))),
  'all but its first page overwritten': (path, sound, random) =>
    put(path, Buffer.concat([sound.subarray(0, 4096), bytes(random, sound.length - 4096)])),
  'the data of another program': (path) => {
    const other = new Database(path);
    other.exec('CREATE TABLE effects (mine TEXT)');
    other.close();
  },
};

/** What lies at a path, to see whether it was left alone. */
function look(path: string): string {
  const stat = lstatSync(path);
  return `${stat.mode} ${stat.isFile() ? readFileSync(path).toString('hex') : ''}`;
}

describe('a ledger that came to harm', () => {
  faultTest(
    'at rest: side effects are refused and the file is left alone; restored, it is taken up at once',
    async ({ number, random, count }) => {
      const workspace = newShop();
      const before = new ShopTraffic(startShop(workspace), take(shopCalls(random), 12), 4);
      await before.run();
      await finish(before.fuze);

      const path = `${workspace.stateDir}/ledger.db`;
      expect(existsSync(`${path}-wal`)).toBe(false);
      const sound = readFileSync(path);
      rmSync(path);
      const [name, harm] = Object.entries(HARMS)[number % Object.keys(HARMS).length] ?? [];
      if (name === undefined || harm === undefined) throw new Error('no harm');
      harm(path, sound, random);
      const harmed = look(path);

      // First what was sent before, then more.
      const mails = [...before.sent.values()].filter(({ tool }) => tool === 'send_email');
      const more = shopCalls(random);
      take(more, 12);
      function* calls() {
        for (let index = 0; index < 5; index += 1) yield* mails;
        yield* more;
      }
      const traffic = new ShopTraffic(startShop(workspace), calls(), random.between(1, 6));
      const flowing = traffic.run();
      await traffic.reaches(mails.length * 2 + random.between(10, 40));
      await traffic.fuze.stderrMatches(/ledger\.db (is|cannot) /);
      expect(traffic.counts, name).toMatchObject({ ran: 0, replayed: 0, unknown: 0 });
      expect(look(path)).toBe(harmed);

      rmSync(path, { recursive: true });
      // In one step, as it should be done: a ledger half written is another damage.
      writeFileSync(`${path}.copy`, sound);
      renameSync(`${path}.copy`, path);
      traffic.countAnew();
      await traffic.when(() => traffic.counts.ran > 2);
      traffic.stop();
      await flowing;
      await finish(traffic.fuze);
      expect((await verified(workspace)).verdict).toBe('closed');

      const again = new ShopTraffic(startShop(workspace), mails, 4);
      await again.run();
      expect(again.counts).toMatchObject({ replayed: mails.length });
      await finish(again.fuze);
      expect([...carriedOut(workspace)].filter(([, times]) => times > 1)).toEqual([]);
      count(name);
    },
    { short: 8, skip: process.platform === 'win32' ? 'it has no such links' : '' },
  );

  faultTest(
    'taken away while calls flow: no side effect runs without it',
    async ({ random, count }) => {
      const workspace = newShop();
      const path = `${workspace.stateDir}/ledger.db`;
      const traffic = new ShopTraffic(
        startShop(workspace),
        shopCalls(random),
        random.between(1, 6),
      );
      const flowing = traffic.run();
      await traffic.when(() => traffic.counts.ran > random.between(0, 20));
      await random.moment();
      renameSync(path, `${path}.away`);
      // At times with another one in its place, as when somebody restores a copy under a running proxy.
      const replaced = random.chance(0.5);
      if (replaced) writeFileSync(path, readFileSync(`${path}.away`));
      traffic.countAnew();
      await traffic.when(() => traffic.counts.unrecordable > 2);
      expect(traffic.counts.ran).toBe(0);
      await traffic.fuze.stderrMatches(
        replaced
          ? /ledger\.db was replaced .*Restart fuze/
          : /ledger\.db was removed .*Restart fuze/,
      );
      renameSync(`${path}.away`, path);
      traffic.countAnew();
      await traffic.when(() => traffic.counts.ran > 2);
      traffic.stop();
      await flowing;
      await finish(traffic.fuze);

      const mails = [...traffic.sent.values()].filter(({ tool }) => tool === 'send_email');
      const again = new ShopTraffic(startShop(workspace), mails, 4);
      await again.run();
      count('again: replayed', again.counts.replayed);
      count('again: ran', again.counts.ran);
      await finish(again.fuze);
      expect([...carriedOut(workspace)].filter(([, times]) => times > 1)).toEqual([]);
    },
    { short: 3, skip: process.platform === 'win32' ? 'open files cannot be moved there' : '' },
  );
});
