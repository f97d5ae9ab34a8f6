import { printable } from '../config/printable.js';
import { type DiffLine, diffLines } from './diff-lines.js';
import type { FilePlan } from './file-plan.js';
import { hideSecrets } from './hide-secrets.js';

const CONTEXT = 3;

/** A carriage return is part of the line break, also where the piece ends in between. */
const linesOf = (text: string): string[] => text.split('\n').map((line) => line.replace(/\r$/, ''));

/** Splices that touch the same line, as one region of whole lines; offsets in the text before. */
function changedRegions({
  text,
  splices,
}: FilePlan): { start: number; end: number; after: string }[] {
  const regions: { start: number; end: number; after: string }[] = [];
  for (const splice of [...splices].sort((a, b) => a.start - b.start)) {
    const last = regions.at(-1);
    const lineEnd = text.indexOf('\n', splice.end);
    const end = lineEnd === -1 ? text.length : lineEnd;
    const tail = text.slice(splice.end, end);
    if (last !== undefined && splice.start < last.end) {
      // The piece of the line between the two is the end of what the one before it left.
      const shared = last.end - splice.start;
      last.after = last.after.slice(0, last.after.length - shared) + splice.text + tail;
      last.end = end;
    } else {
      const start = text.lastIndexOf('\n', splice.start - 1) + 1;
      regions.push({ start, end, after: text.slice(start, splice.start) + splice.text + tail });
    }
  }
  return regions;
}

/** All lines of the file, with what changes between them. */
function allLines(plan: FilePlan): DiffLine[] {
  const { text } = plan;
  const same = (from: number, to: number): DiffLine[] =>
    from > to ? [] : linesOf(text.slice(from, to)).map((line) => [' ', line]);
  let at = 0;
  const lines = changedRegions(plan).flatMap(({ start, end, after }) => {
    // Without the line break before the region, and that after it.
    const before = same(at, start - 1);
    at = end + 1;
    return [...before, ...diffLines(linesOf(text.slice(start, end)), linesOf(after))];
  });
  return [...lines, ...same(at, text.replace(/\r?\n$/, '').length)];
}

/** Ranges of lines that are shown: changes with what stands around them. */
function hunksOf(lines: readonly DiffLine[]): { from: number; to: number }[] {
  const hunks: { from: number; to: number }[] = [];
  lines.forEach(([sign], index) => {
    if (sign === ' ') return;
    const last = hunks.at(-1);
    const to = Math.min(lines.length, index + CONTEXT + 1);
    if (last !== undefined && index - CONTEXT <= last.to) last.to = to;
    else hunks.push({ from: Math.max(0, index - CONTEXT), to });
  });
  return hunks;
}

/** Tabs are layout; everything else that would steer the terminal is shown. */
const shown = (line: string): string => line.split('\t').map(printable).join('\t');

/** What a plan changes, as a unified diff. Values of `env` and of headers are not shown: it may end up in a log. */
export function previewDiff(plan: FilePlan): string {
  const lines = allLines(plan);
  const count = (from: number, to: number, without: string): number =>
    lines.slice(from, to).filter(([sign]) => sign !== without).length;
  const hide = hideSecrets(plan);
  const hunks = hunksOf(lines).map(({ from, to }) => {
    const old = `-${count(0, from, '+') + 1},${count(from, to, '+')}`;
    const now = `+${count(0, from, '-') + 1},${count(from, to, '-')}`;
    const body = lines.slice(from, to).map(([sign, line]) => `${sign}${shown(hide(line))}`);
    return [`@@ ${old} ${now} @@`, ...body].join('\n');
  });
  const path = printable(plan.file.path);
  return [`--- ${path}`, `+++ ${path}`, ...hunks, ''].join('\n');
}
