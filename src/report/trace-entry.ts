import { isUsd, usdToMicros } from '../config/money.js';
import type { Micros } from '../config/settings.js';
import { membersOf } from '../evidence/trace-line.js';
import {
  CALL_OUTCOMES,
  type CallOutcome,
  isUnderWay,
  type UnderWay,
} from '../evidence/trace-payload.js';

/** What became of a call. `withdrawn`: neither forwarded nor answered by fuze, because its client or its server left. */
export type Fate =
  | 'succeeded'
  | 'failed'
  | 'timedOut'
  | 'interrupted'
  | 'refused'
  | 'replayed'
  | 'withdrawn';

/** A call as the report needs it; everything else of its record is dropped at once. */
export interface CallEntry {
  readonly kind: 'call';
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly runId: string;
  readonly tool: string;
  readonly fate: Fate;
  readonly cost: Micros;
  /** Undefined where the trace does not tell. */
  readonly estimate: Micros | undefined;
  /** Milliseconds. */
  readonly duration: number;
  readonly warned: boolean;
  readonly sideEffect: boolean;
  readonly check: string | undefined;
  readonly reason: string | undefined;
  /** Let through although it would have been stopped. */
  readonly shadow: boolean;
  readonly tripId: string | undefined;
}

export type TraceEntry =
  | CallEntry
  | {
      readonly kind: 'start';
      readonly server: string;
      readonly shadow: boolean;
      readonly maxCostPerRun: Micros | undefined;
    }
  | {
      readonly kind: 'trip';
      readonly at: number;
      readonly tripId: string;
      readonly check: string;
      readonly reason: string;
      readonly tool: string;
      readonly runId: string;
    }
  /** A person let a run go on that a trip had ended. */
  | { readonly kind: 'reset'; readonly at: number; readonly tripId: string }
  /** A call that has not ended; the record of its end is the one that counts. */
  | { readonly kind: 'underWay' }
  | { readonly kind: 'end' };

const LONGEST = 2_000;

class Unreadable extends Error {}

type Members = Readonly<Record<string, unknown>>;

function text(members: Members, name: string): string {
  const value = members[name];
  if (typeof value !== 'string') throw new Unreadable(`no "${name}" that is a text`);
  return brief(value);
}

/** Texts are kept for as long as the report is made, so what is longer than anybody reads is cut. */
function brief(text: string): string {
  if (text.length <= LONGEST) return text;
  // Through a buffer, for a slice would keep the whole text alive.
  return `${Buffer.from(text.slice(0, LONGEST)).toString()}…`;
}

function optionalText(members: Members, name: string): string | undefined {
  return members[name] === undefined ? undefined : text(members, name);
}

function time(members: Members): number {
  const at = Date.parse(text(members, 'timestamp'));
  if (Number.isNaN(at)) throw new Unreadable('no "timestamp" that is a time');
  return at;
}

function money(members: Members, name: string): Micros {
  const value = members[name];
  if (!isUsd(value)) throw new Unreadable(`no "${name}" that is an amount of US dollars`);
  return usdToMicros(value);
}

function optionalMoney(members: Members, name: string): Micros | undefined {
  return members[name] === undefined ? undefined : money(members, name);
}

function duration(members: Members): number {
  const value = members.duration_ms;
  if (typeof value === 'number' && value >= 0) return value;
  throw new Unreadable('no "duration_ms" that is a number of at least 0');
}

function outcomeOf(members: Members): CallOutcome {
  const outcome = CALL_OUTCOMES.find((known) => known === members.outcome);
  if (outcome === undefined) throw new Unreadable('no "outcome" that this fuze knows');
  return outcome;
}

function fateOf(outcome: Exclude<CallOutcome, UnderWay>, action: string): Fate {
  const forwarded = action === 'allow' || action === 'warn';
  switch (outcome) {
    case 'success':
      return 'succeeded';
    case 'failure':
      return 'failed';
    case 'timeout':
      return forwarded ? 'timedOut' : 'withdrawn';
    case 'cancelled':
    case 'server_exited':
    case 'shutdown':
      return forwarded ? 'interrupted' : 'withdrawn';
    case 'refused':
    case 'replayed':
      return outcome;
  }
}

function call(members: Members): TraceEntry {
  const outcome = outcomeOf(members);
  if (isUnderWay(outcome)) return { kind: 'underWay' };
  const decision = membersOf(members.decision);
  const action = text(decision, 'action');
  return {
    kind: 'call',
    at: time(members),
    runId: text(members, 'runId'),
    tool: text(members, 'tool'),
    fate: fateOf(outcome, action),
    cost: money(members, 'cost'),
    estimate: optionalMoney(members, 'estimate'),
    duration: duration(members),
    warned: action === 'warn',
    sideEffect: members.sideEffect === true,
    check: optionalText(decision, 'check'),
    reason: optionalText(decision, 'reason'),
    shadow: decision.shadow === true,
    tripId: optionalText(decision, 'tripId'),
  };
}

function entry(members: Members): TraceEntry {
  switch (members.kind) {
    case 'session.start':
      return {
        kind: 'start',
        server: text(members, 'server'),
        shadow: members.mode === 'shadow',
        maxCostPerRun: optionalMoney(members, 'maxCostPerRun'),
      };
    case 'call':
      return call(members);
    case 'trip':
      return {
        kind: 'trip',
        at: time(members),
        tripId: text(members, 'tripId'),
        check: text(members, 'check'),
        reason: text(members, 'reason'),
        tool: text(members, 'tool'),
        runId: text(members, 'runId'),
      };
    case 'reset':
      return { kind: 'reset', at: time(members), tripId: text(members, 'tripId') };
    case 'session.end':
      return { kind: 'end' };
    default:
      throw new Unreadable('no "kind" that this fuze knows');
  }
}

/** Reads the payload of a record, which may come from anybody; a text says why it cannot be read. */
export function readTraceEntry(payload: unknown): TraceEntry | string {
  try {
    return entry(membersOf(payload));
  } catch (error) {
    if (error instanceof Unreadable) return error.message;
    throw error;
  }
}
