import { describe, expect, it } from 'vitest';
import { STYLE } from '../../../src/report/html/style.js';

/** The colours of one scheme by name; the second block of variables is the dark one. */
function colours(scheme: 'light' | 'dark'): Map<string, string> {
  const blocks = [...STYLE.matchAll(/:root\{([^}]*)\}/g)].map(([, block = '']) => block);
  const block = blocks[scheme === 'light' ? 0 : 1] ?? '';
  return new Map(
    [...block.matchAll(/--([a-z]+):#([0-9a-f]{3,6})\b/g)].map(([, name = '', hex = '']) => [
      name,
      hex.length === 3 ? hex.replace(/./g, '$&$&') : hex,
    ]),
  );
}

/** Relative luminance, WCAG 2.2. */
function luminance(hex = ''): number {
  const [r = 0, g = 0, b = 0] = [0, 2, 4].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string | undefined, other: string | undefined): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

describe.each(['light', 'dark'] as const)('the %s colours', (scheme) => {
  const of = colours(scheme);

  it.each(['ink', 'muted', 'good', 'refused'])(
    '%s is read on page and card (WCAG 1.4.3: 4.5)',
    (name) => {
      for (const ground of ['bg', 'card']) {
        expect(contrast(of.get(name), of.get(ground))).toBeGreaterThanOrEqual(4.5);
      }
    },
  );

  it.each(['ran', 'failed', 'replayed', 'would'])(
    '%s is seen on a card (WCAG 1.4.11: 3)',
    (name) => {
      expect(contrast(of.get(name), of.get('card'))).toBeGreaterThanOrEqual(3);
    },
  );
});
