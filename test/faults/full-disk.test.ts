import { describe, expect } from 'vitest';
import { fixture, fuzeBin, startDirect } from '../e2e/support/fuze-process.js';
import { noDisk, SmallDisk } from './support/disk.js';
import { faultTest } from './support/rounds.js';
import {
  callRecords,
  carriedOut,
  finish,
  JOURNAL,
  newShop,
  shopCalls,
  shopConfig,
  startShop,
  verified,
} from './support/shop.js';
import { ShopTraffic } from './support/shop-traffic.js';

/** Calls after which whatever should have happened would have: the blocks already given out are used up. */
const ENOUGH = 3_000;

describe('a full disk', () => {
  faultTest(
    'side effects are refused, reads go on; with space again all goes on; nothing ran unrecorded',
    async ({ random, count }) => {
      const trace = 'disk/trace.jsonl';
      const workspace = newShop(shopConfig(trace));
      const disk = new SmallDisk(workspace.path('disk'), '12m');
      const flags = ['--state-dir', workspace.path('disk', 'state')];
      const fuze = startShop(workspace, { flags });
      const traffic = new ShopTraffic(fuze, shopCalls(random), random.between(1, 6));
      const flowing = traffic.run();
      await traffic.reaches(random.between(0, 60));
      await random.moment();
      disk.fill();
      const refusals = random.between(1, 5);
      await traffic.when(
        () => traffic.counts.unrecordable >= refusals || traffic.sent.size > ENOUGH,
      );
      expect(traffic.counts.unrecordable).toBeGreaterThanOrEqual(refusals);
      traffic.countAnew();
      await traffic.when(() => traffic.counts.read > 2);
      await fuze.stderrMatches(/trace: .*cannot be written: ENOSPC|the disk that holds .* full/);

      disk.free();
      traffic.countAnew();
      await traffic.when(() => traffic.counts.ran > 2 || traffic.sent.size > 2 * ENOUGH);
      expect(traffic.counts.ran).toBeGreaterThan(2);
      traffic.stop();
      await flowing;
      await finish(fuze);

      // Of every call the trace tells, or tells that it cannot.
      const { verdict, lost, said } = await verified(workspace, trace);
      expect(verdict, said).toBe('closed');
      expect(callRecords(workspace, trace).size + lost).toBe(traffic.sent.size);
      count('calls', traffic.sent.size);
      count('records lost and told', lost);

      // And what ran is in the ledger: asked for again, it does not run again.
      const asked = [...traffic.sent.values()].filter(({ tool }) => tool === 'send_email');
      const again = new ShopTraffic(startShop(workspace, { flags }), asked, 6);
      await again.run();
      expect(again.counts.unrecordable).toBe(0);
      count('again: replayed', again.counts.replayed);
      count('again: unknown', again.counts.unknown);
      count('again: ran', again.counts.ran);
      await finish(again.fuze);
      expect([...carriedOut(workspace)].filter(([, times]) => times > 1)).toEqual([]);
      disk.remove();
    },
    {
      skip: noDisk,
      mustHappen: ['records lost and told', 'again: replayed', 'again: ran'],
    },
  );

  faultTest(
    'files that may not grow (RLIMIT_FSIZE): the same, and after a restart nothing runs twice',
    async ({ random, count }) => {
      const workspace = newShop();
      // At the least so small that not even an empty ledger fits.
      const kibibytes = random.between(1, 200);
      const fuze = startDirect(
        [
          ...(['bash', '-c', `ulimit -f ${kibibytes}; exec "$@"`, 'bash'] as const),
          ...[process.execPath, fuzeBin, 'proxy', '--', ...fixture('shop-server')],
        ],
        { workspace, env: { SHOP_JOURNAL: workspace.path(JOURNAL) } },
      );
      const traffic = new ShopTraffic(fuze, shopCalls(random), random.between(1, 6));
      const flowing = traffic.run();
      await traffic.when(() => traffic.counts.unrecordable > 5 || traffic.sent.size > ENOUGH);
      expect(traffic.counts.unrecordable).toBeGreaterThan(5);
      count('ran', traffic.counts.ran);
      traffic.countAnew();
      await traffic.when(() => traffic.counts.read > 2);
      traffic.stop();
      await flowing;
      await fuze.stderrMatches(/trace: .*cannot be written: EFBIG|the ledger .*ledger\.db/);
      await finish(fuze);
      // Not only "closed": where its end did not fit either, the trace looks like one still open.
      expect(['closed', 'open', 'unreadable']).toContain((await verified(workspace)).verdict);

      const asked = [...traffic.sent.values()].filter(({ tool }) => tool === 'send_email');
      const again = new ShopTraffic(startShop(workspace), asked, 6);
      await again.run();
      count('again: replayed', again.counts.replayed);
      count('again: unknown', again.counts.unknown);
      count('again: ran', again.counts.ran);
      await finish(again.fuze);
      expect([...carriedOut(workspace)].filter(([, times]) => times > 1)).toEqual([]);
    },
    {
      skip: process.platform === 'win32' ? 'Windows has no ulimit' : '',
      mustHappen: ['ran', 'again: replayed', 'again: ran'],
    },
  );
});
