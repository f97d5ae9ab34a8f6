import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brief, html, raw } from '../../../src/report/html/markup.js';

describe('html', () => {
  it('escapes every text, in content and in attributes, and no Markup twice', () => {
    const inner = html`<b title="${'"&\''}">${'<i>'}</b>`;
    expect(inner.text).toBe('<b title="&quot;&amp;&#39;">&lt;i&gt;</b>');
    expect(html`${inner}${[inner, raw('<hr>')]}${1.5}`.text).toBe(
      `${inner.text}${inner.text}<hr>1.5`,
    );
  });

  it('shows what steers text, and halves of characters', () => {
    expect(html`${'a\u202e\u0000\u2066b\ud800'}`.text).toBe('a\\u{202e}\\u{0}\\u{2066}b\ufffd');
  });

  it('lets no text out of its place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(html`${text}`.text).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      }),
    );
  });
});

it('brief keeps what is short enough, and cuts what is one longer', () => {
  expect([brief('abc', 3), brief('abcd', 3)]).toEqual(['abc', 'abc…']);
});
