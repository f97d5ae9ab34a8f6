import { printable } from '../config/printable.js';

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u;
const MARK = /^\p{M}/u;
const graphemes = new Intl.Segmenter();

function widthOf(grapheme: string): number {
  if (WIDE.test(grapheme)) return 2;
  return MARK.test(grapheme) ? 0 : 1;
}

/** Columns that a text takes on a terminal, near enough for a table. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += widthOf(segment);
  return width;
}

/** A text from a trace as one line of at most `width` columns: what would steer the terminal is shown, not obeyed. */
export function fitted(text: string, width: number): string {
  // Cut roughly first: segmenting a text of megabytes to show 30 columns would take seconds.
  const line = printable(text.slice(0, width * 8).toWellFormed());
  if (displayWidth(line) <= width && text.length <= width * 8) return line;
  let kept = '';
  let used = 1;
  for (const { segment } of graphemes.segment(line)) {
    used += widthOf(segment);
    if (used > width) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** Words in lines of at most `width` columns, each after the first indented; at most `lines` of them. */
export function wrap(text: string, width: number, indent: string, lines: number): string {
  const done: string[] = [];
  let line = '';
  // A word longer than a line is cut: it is no prose, and its end would break the page.
  for (const word of text
    .slice(0, width * lines * 8)
    .split(/\s+/)
    .map((long) => fitted(long, width))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (displayWidth(longer) <= width) line = longer;
    else {
      done.push(line);
      line = word;
    }
  }
  done.push(line);
  if (done.length <= lines) return done.join(`\n${indent}`);
  const last = fitted(`${done[lines - 1]} ${done[lines]}`, width);
  return [...done.slice(0, lines - 1), last].join(`\n${indent}`);
}
