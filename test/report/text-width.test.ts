import { describe, expect, it } from 'vitest';
import { displayWidth, fitted, wrap } from '../../src/report/text-width.js';

describe('fitted', () => {
  it('leaves alone what fits, and cuts what is one column wider', () => {
    expect(fitted('12345', 5)).toBe('12345');
    expect(fitted('123456', 5)).toBe('1234…');
  });

  it('counts wide characters as two columns and combining ones as none', () => {
    expect(displayWidth('検索')).toBe(4);
    expect(displayWidth('e\u0301')).toBe(1);
    expect(fitted('検索検索', 6)).toBe('検索…');
  });

  it('shows what would steer the terminal', () => {
    expect(fitted('\u001b[2J\u202e', 40)).toBe('\\u{1b}[2J\\u{202e}');
    expect(fitted('\ud800', 40)).toBe('\ufffd');
  });

  it('cuts a text of megabytes', () => {
    expect(fitted('x'.repeat(5_000_000), 10)).toBe(`${'x'.repeat(9)}…`);
  });
});

describe('wrap', () => {
  it('breaks between words, cuts long words and what is beyond the last line', () => {
    expect(wrap('one two three', 7, '> ', 3)).toBe('one two\n> three');
    expect(wrap('abcdefghij k', 6, '', 3)).toBe('abcde…\nk');
    expect(wrap('one two three four', 5, '', 2)).toBe('one\ntwo …');
  });
});
