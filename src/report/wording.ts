import { formatUsd, usdToMicros } from '../config/money.js';
import type { Finding } from '../evidence/finding.js';
import type { Report, TraceState } from './report.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `1,204`. */
export function countText(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 call`, `1,204 calls`. */
export function countOf(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Cents from a dollar on, three digits that matter below, at least two decimals: `$1,204.20`, `$0.0025`. */
export function usdText(usd: number): string {
  if (usd < 1) return formatUsd(usdToMicros(Number(usd.toPrecision(3))));
  return `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

/** A length of time in its two largest units: `850 ms`, `3.2 s`, `42 min 14 s`, `2 d 3 h`. */
export function spanText(milliseconds: number): string {
  if (milliseconds < 10) return `${Math.round(milliseconds * 10) / 10} ms`;
  if (milliseconds < SECOND) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < MINUTE) return `${Math.round(milliseconds / 100) / 10} s`;
  const [large, unit, small, rest] =
    milliseconds < HOUR
      ? [MINUTE, 'min', SECOND, 's']
      : milliseconds < DAY
        ? [HOUR, 'h', MINUTE, 'min']
        : [DAY, 'd', HOUR, 'h'];
  // Rounded first, so that 59.7 minutes past the hour do not become "60 min".
  const whole = Math.round(milliseconds / small) * small;
  const remainder = (whole % large) / small;
  const first = `${countText(Math.floor(whole / large))} ${unit}`;
  return remainder === 0 ? first : `${first} ${remainder} ${rest}`;
}

/** `2026-10-01 09:00:03`, in UTC as the trace has it. */
export function timeText(iso: string): string {
  return iso.slice(0, -5).replace('T', ' ');
}

/** The time of day where the day is `day`'s, else both. */
export function timeBeside(iso: string, day: string): string {
  const text = timeText(iso);
  return iso.slice(0, 10) === day.slice(0, 10) ? text.slice(-8) : text;
}

/** The whole stretch: `2026-10-01 09:00:03 to 09:42:17 UTC, 42 min 14 s`. */
export function periodText({ from, to }: Pick<Report, 'from' | 'to'>): string {
  if (from === undefined || to === undefined) return 'no calls';
  const span = spanText(Date.parse(to) - Date.parse(from));
  return `${timeText(from)} to ${timeBeside(to, from)} UTC, ${span}`;
}

/** Whether a trace is to be trusted. */
export function isIntact({ verdict }: TraceState): boolean {
  return verdict === 'closed' || verdict === 'open';
}

/** The verdict of the chain: `valid`, `valid, still open`, `BROKEN at line 7`. */
export function verdictText({ verdict, findings, problem }: TraceState): string {
  const at = findings[0] === undefined ? '' : ` at line ${findings[0].line}`;
  switch (verdict) {
    case 'closed':
      return 'valid';
    case 'open':
      return 'valid, still open';
    case 'cut':
      return `CUT${at}`;
    case 'broken':
      return `BROKEN${at}`;
    case 'unreadable':
      return `UNREADABLE: ${problem ?? ''}`;
  }
}

/** What a trace holds: `1,204 records in 3 sessions, 1 without an end`. */
export function contentText({ verdict, records, sessions, unended, lost }: TraceState): string {
  if (verdict === 'unreadable') return '';
  const parts = [`${countOf(records, 'record')} in ${countOf(sessions, 'session')}`];
  if (unended > 0) parts.push(`${countText(unended)} without an end`);
  if (lost > 0) parts.push(`${countOf(lost, 'record')} lost while the file could not be written`);
  return parts.join(', ');
}

/** `line 7: altered: its hash does not fit its content`. */
export function findingText({ line, problem, detail }: Finding): string {
  return `line ${countText(line)}: ${problem}: ${detail}`;
}

/** What happened, in a sentence or two. */
export function summaryText({ total, tools, otherTools, shadow }: Report): string {
  if (total.calls === 0) return 'No call is in this trace.';
  const stopped = total.refused + total.replayed;
  const kinds = otherTools === undefined ? countText(tools.length) : `more than ${tools.length}`;
  const parts = [
    `${countOf(total.calls, 'call')} of ${kinds} tool${tools.length === 1 ? '' : 's'}.`,
  ];
  if (stopped === 0) parts.push('fuze stopped none.');
  else {
    const saved = total.saved > 0 ? `, which saved ${usdText(total.saved)}` : '';
    parts.push(`fuze stopped ${countText(stopped)}${saved}.`);
  }
  if (total.sideEffects.prevented > 0) {
    parts.push(
      `It kept ${countOf(total.sideEffects.prevented, 'side effect')} from happening twice.`,
    );
  }
  if (shadow !== undefined) {
    parts.push(
      `Shadow mode would have stopped ${countText(shadow.wouldStop)} of ${countText(shadow.calls)}.`,
    );
  }
  return parts.join(' ');
}

/** What a trace that is not intact means for the figures; undefined where it is. */
export function doubtText({ verdict }: TraceState): string | undefined {
  switch (verdict) {
    case 'closed':
    case 'open':
      return undefined;
    case 'cut':
      return 'The last record was cut off, and more may be missing after it.';
    case 'broken':
      return 'Do not rely on the figures: this trace is not as fuze wrote it.';
    case 'unreadable':
      return 'What this file holds is missing from the figures.';
  }
}

/** A call refused before its run was known has an empty run. */
export function runLabel(runId: string): string {
  return runId === '' ? '(no run)' : runId;
}
