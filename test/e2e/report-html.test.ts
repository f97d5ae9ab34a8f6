import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { htmlPage } from '../../src/report/html/page.js';
import { readTraces } from '../../src/report/read-traces.js';
import {
  writeHostileTrace,
  writeLargeTrace,
  writeShadowTrace,
  writeShopTrace,
} from '../report/support/sample-traces.js';
import { temporaryFolder } from '../report/support/temporary-folder.js';
import { ChromiumPage, findChromium } from './support/chromium.js';

const chromium = findChromium();
if (chromium === undefined) {
  process.stderr.write(
    'NOT TESTED: the page of fuze report, for there is no chromium on the PATH.\n',
  );
}

const folder = temporaryFolder();
const NAMES = ['shop', 'shadow', 'hostile', 'large', 'broken', 'empty'] as const;

/** Renders the trace of this name and opens the page. */
async function open(
  name: (typeof NAMES)[number],
  changed: (html: string) => string = (html) => html,
): Promise<ChromiumPage> {
  const trace = join(folder, name);
  const path = `${trace}.html`;
  writeFileSync(path, changed(htmlPage(await readTraces([trace]))));
  const page = await ChromiumPage.start(chromium ?? '');
  await page.resize(1_200, 1_000);
  await page.open(pathToFileURL(path).href);
  return page;
}

const textOf = (selector: string): string => `document.querySelector('${selector}').innerText`;
/** How far the page can be scrolled sideways. */
const BEYOND = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
/** Elements that reach beyond the right edge of the window, where they would be cut or scroll. */
const OVERFLOW = `[...document.querySelectorAll('body *')]
  .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
  .map((element) => element.outerHTML.slice(0, 80))`;

describe.skipIf(chromium === undefined)('the page of fuze report in Chromium', () => {
  beforeAll(() => {
    writeShopTrace(join(folder, 'shop'));
    writeShadowTrace(join(folder, 'shadow'));
    writeHostileTrace(join(folder, 'hostile'));
    writeLargeTrace(join(folder, 'large'), 4_000);
    writeFileSync(join(folder, 'broken'), `${'x'.repeat(300)}\nnot a record\n`);
    writeFileSync(join(folder, 'empty'), '');
  });

  it.each(NAMES)(
    'of a trace that is %s: no error, no request, nothing beyond the edge',
    async (name) => {
      const page = await open(name);
      for (const width of [1_200, 760, 400, 320]) {
        await page.resize(width, 900);
        for (const scheme of ['light', 'dark'] as const) {
          await page.prefer(scheme);
          const beyond = await page.evaluate(BEYOND);
          expect({ width, scheme, beyond }).toEqual({ width, scheme, beyond: 0 });
          expect(await page.evaluate(OVERFLOW)).toEqual([]);
        }
      }
      expect(page.events.requests).toEqual([pathToFileURL(join(folder, `${name}.html`)).href]);
      expect(page.events.complaints).toEqual([]);
    },
  );

  it('shows every figure, a lane with marks per tool, the ceiling, trips and the table', async () => {
    const page = await open('shop');
    const figures = ['forwarded', 'failed', 'stopped', 'spent', 'effects'].map((id) =>
      page.evaluate(textOf(`#figure-${id} .figure`)),
    );
    expect(await Promise.all(figures)).toEqual(['36', '3', '7', '$0.405', '1']);
    expect(await page.evaluate(textOf('header'))).toContain('✓ chain valid');
    // The tooltips of the marks that can be seen add up to the calls of each lane.
    const calls = `[...document.querySelectorAll('#timeline .lane svg')].map((svg) =>
      [...svg.querySelectorAll('g')]
        .filter((group) => [...group.querySelectorAll('rect')].every((mark) => {
          const { width, height } = mark.getBoundingClientRect();
          return width > 1 && height > 2;
        }))
        .flatMap((group) => [...group.textContent.matchAll(/(\\d+) (ran|failed|refused|replayed)/g)])
        .reduce((sum, [, count]) => sum + Number(count), 0))`;
    expect(await page.evaluate(calls)).toEqual([17, 11, 10, 3, 2]);
    const line = `(() => { const box = document.querySelector('#money .line').getBoundingClientRect();
      return box.width > 500 && box.height > 80; })()`;
    expect(await page.evaluate(line)).toBe(true);
    expect(await page.evaluate(textOf('#money'))).toContain('ceiling $0.42');
    expect(await page.evaluate(textOf('#stops'))).toMatch(/repeat\s+5 refused/);
    expect(await page.evaluate(textOf('#trips'))).toContain('brought the same result 3 times');
    expect(await page.evaluate("document.querySelectorAll('#tools tbody tr').length")).toBe(5);
  });

  it('shows hostile names as text', async () => {
    const page = await open('hostile');
    expect(await page.evaluate(textOf('h1'))).toBe('<script>alert(1)</script>');
    const strangers =
      "document.querySelectorAll('script, img, [onload], [onerror], [onmouseover]').length";
    expect(await page.evaluate(strangers)).toBe(0);
  });

  it('obeys no markup that would slip in all the same', async () => {
    const strangers =
      '<script>document.title = "owned"</script><img src="x.png"><p style="width:2000px">wide</p>';
    const page = await open('shop', (html) => html.replace('</main>', `${strangers}</main>`));
    expect(await page.evaluate('document.title')).toBe('fuze report: shop');
    // And so it is seen that this test would notice.
    expect(page.events.complaints.join()).toContain('Content Security Policy');
    expect(await page.evaluate(BEYOND)).toBeGreaterThan(0);
    expect(await page.evaluate(OVERFLOW)).not.toEqual([]);
  });

  it('is light or dark as the system is', async () => {
    const page = await open('shop');
    const ground = 'getComputedStyle(document.body).backgroundColor';
    await page.prefer('light');
    expect(await page.evaluate(ground)).toBe('rgb(246, 246, 243)');
    await page.prefer('dark');
    expect(await page.evaluate(ground)).toBe('rgb(16, 19, 21)');
  });
});
