import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { htmlPage } from '../../../src/report/html/page.js';
import { readTraces } from '../../../src/report/read-traces.js';
import {
  HOSTILE,
  writeHostileTrace,
  writeLargeTrace,
  writeShadowTrace,
  writeShopTrace,
} from '../support/sample-traces.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();
const path = (name: string): string => join(folder, name);
const page = async (...names: string[]) => htmlPage(await readTraces(names.map(path)));

beforeAll(() => {
  writeShopTrace(path('shop'));
  writeShadowTrace(path('shadow'));
  writeHostileTrace(path('hostile'));
  writeLargeTrace(path('large'), 4_000);
  writeFileSync(path('broken'), 'no trace\n');
});

describe('htmlPage', () => {
  it.each([[['shop']], [['hostile']], [['large', 'shadow', 'broken']]])(
    'of %j asks for nothing from anywhere, and runs nothing',
    async (names) => {
      const text = await page(...names);
      expect(text).toContain(
        `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">`,
      );
      expect(text).not.toMatch(/<(script|img|link|iframe|object|embed|base|form)\b/i);
      expect(text).not.toMatch(/\b(src|srcset|action|xlink:href)\s*=\s*"/i);
      expect(text).not.toMatch(/url\(|@import|https?:/i);
      // Links lead to places on the page only.
      const links = [...text.matchAll(/href="([^"]*)"/g)].map(([, to]) => to);
      expect(links.filter((to) => !/^#trip-\d+$/.test(to ?? ''))).toEqual([]);
    },
  );

  it('has every tag from the page itself, whatever names say', async () => {
    const tags = (text: string) =>
      new Set(
        [...text.matchAll(/<\/?([a-z][a-z0-9]*)[\s>/]/gi)].map(([, name]) => name?.toLowerCase()),
      );
    const tame = tags(`${await page('shop')}${await page('shop', 'large', 'broken')}`);
    const hostile = tags(await page('hostile'));
    expect([...hostile].filter((tag) => !tame.has(tag))).toEqual([]);
    const text = await page('hostile');
    // Attribute values may say what they like: what is left without them is what the browser obeys.
    const handlers = text.replace(/"[^"]*"/g, '""').match(/<[^>]*\son[a-z]+\s*=/gi);
    expect(handlers).toBeNull();
    for (const name of HOSTILE) if (/[<>"']/.test(name)) expect(text).not.toContain(name);
    expect(text).not.toContain('\u202e');
  });

  it('shows the figures, a lane per tool, the ceiling, trips and tables', async () => {
    const text = await page('shop');
    for (const [id, figure] of [
      ['forwarded', '36'],
      ['failed', '3'],
      ['stopped', '7'],
      ['spent', '$0.405'],
      ['effects', '1'],
    ]) {
      expect(text).toMatch(
        new RegExp(
          `id="figure-${id}"><h2>[^<]*</h2><p class="figure">${figure?.replace('$', '\\$')}</p>`,
        ),
      );
    }
    expect(text.match(/<svg viewBox="0 0 \d+ 60"/g)).toHaveLength(5);
    expect(text).toContain('96 % of the ceiling of $0.42 for this run.');
    expect(text).toContain('class="ceiling"');
    expect(text.match(/<li id="trip-/g)).toHaveLength(2);
    expect(text.match(/<th scope="row">/g)).toHaveLength(5);
    expect(text).not.toContain('id="runs"');
  });

  it('bounds what it draws: 13 lanes, 240 columns, 200 trips, and shows runs where there are several', async () => {
    const text = await page('large');
    expect(text.match(/class="lane"/g)?.length).toBeLessThanOrEqual(14);
    expect(text).toContain('2 other tools');
    expect(text).toContain('id="runs"');
    expect(text).toContain('pauses cut out');
    expect(text).toContain('class="tripbars"');
    expect(text.length).toBeLessThan(1_000_000);
  });

  it('marks a broken trace loudly', async () => {
    const text = await page('broken', 'shop');
    expect(text).toContain('✗ chain BROKEN at line 1');
    expect(text).toContain('Do not rely on the figures');
    expect(text).toContain('✓ chain valid');
  });

  it('can be made of a trace without calls', async () => {
    writeFileSync(path('empty'), '');
    const text = await page('empty');
    expect(text).toContain('No call is in this trace.');
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });

  it.each([['shop'], ['shadow'], ['hostile'], ['large']])(
    'of %s has no number that is none',
    async (name) => {
      expect(await page(name)).not.toMatch(/NaN|undefined|Infinity/);
    },
  );
});
