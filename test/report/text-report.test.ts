import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readTraces } from '../../src/report/read-traces.js';
import { textReport } from '../../src/report/text-report.js';
import { displayWidth } from '../../src/report/text-width.js';
import {
  writeHostileTrace,
  writeLargeTrace,
  writeShadowTrace,
  writeShopTrace,
} from './support/sample-traces.js';
import { temporaryFolder } from './support/temporary-folder.js';

const folder = temporaryFolder();
const path = (name: string): string => join(folder, name);
const text = async (...names: string[]) =>
  textReport((await readTraces(names.map(path))).report, false).replaceAll(`${folder}/`, '');

beforeAll(() => {
  writeShopTrace(path('shop'));
  writeShadowTrace(path('shadow'));
  writeHostileTrace(path('hostile'));
  writeLargeTrace(path('large'), 1_600);
});

describe('textReport', () => {
  it('tells a run on one page', async () => {
    expect(await text('shop')).toMatchInlineSnapshot(`
      "shop
        valid  47 records in 1 session

      43 calls of 5 tools. fuze stopped 7, which saved $0.09. It kept 1 side effect from happening
      twice.
      2026-10-01 09:00:05 to 09:05:26 UTC, 5 min 21 s

        forwarded         36  33 succeeded, 2 failed, 1 timed out, 1 of them with a warning
        stopped            7  6 refused, 1 replayed
        spent         $0.405
        saved          $0.09  estimate of the calls stopped
        side effects       1  executed, 1 prevented from happening twice, 2 failed, 1 with unknown outcome

      Stopped, by check
        repeat       ████████████████████████████████  5 refused
        side_effect  ██████                            1 replayed
        budget       ██████                            1 refused

      Trips: 2
        09:02:54  repeat  search_orders  fg_000000000001, 5 calls
          The same call of "search_orders" brought the same result 3 times in the last 5 calls.
        09:05:26  budget  write_summary  fg_000000000002
          This call is estimated at $0.02, and $0.405 of $0.42 is spent.

      Tools
        tool           calls  failed  timed out  refused  replayed   spent     p50     p90     p99
        search_orders     17       –          –        5         –   $0.12  126 ms  171 ms  177 ms
        get_order         11       –          –        –         –  $0.055   54 ms   64 ms  120 ms
        write_summary     10       –          –        1         –   $0.18   2.4 s   2.6 s   2.6 s
        send_email         3       2          1        –         –   $0.03  220 ms    30 s    30 s
        refund_order       2       –          –        –         1   $0.02  840 ms  840 ms  840 ms
      "
    `);
  });

  it('tells what shadow mode would have stopped', async () => {
    const told = await text('shadow');
    expect(told).toContain('Shadow mode would have stopped 2 of 6.');
    expect(told).toMatch(/Shadow mode\n {2}would have stopped 2 of 6 calls, which cost \$0\.02\n/);
    expect(told).toContain('fg_000000000065, 2 calls, shadow');
  });

  it('marks a broken trace loudly', async () => {
    const lines = readFileSync(path('shop'), 'utf8').split('\n');
    writeFileSync(path('broken'), [...lines.slice(0, 3), ...lines.slice(4)].join('\n'));
    const told = await text('broken');
    expect(told).toContain('BROKEN at line 4');
    expect(told).toContain('! line 4: missing');
    expect(told).toContain('Do not rely on the figures');
  });

  it.each([
    [['shop']],
    [['hostile']],
    [['large', 'shadow']],
    [['large', 'hostile', 'shop', 'none']],
  ])('of %j keeps to 100 columns and steers no terminal', async (names) => {
    const told = await text(...names);
    for (const line of told.split('\n')) {
      expect(displayWidth(line), line).toBeLessThanOrEqual(100);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there.
      expect(line).not.toMatch(/[\u0000-\u001f\u202e]/);
    }
  });

  it('colours only where asked, and says the same', async () => {
    const { report } = await readTraces([path('shop')]);
    const coloured = textReport(report, true);
    expect(coloured).toContain('\u001b[32mvalid\u001b[39m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one.
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(textReport(report, false));
  });
});
