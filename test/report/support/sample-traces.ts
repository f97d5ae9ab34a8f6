import type { CallRecord, TraceDecision } from '../../../src/evidence/trace-payload.js';
import type { SessionFacts } from '../../../src/evidence/trace-session.js';
import { openTrace, type TraceWriter } from '../../../src/evidence/trace-writer.js';

const START = Date.UTC(2026, 9, 1, 9, 0, 3);

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Writes a trace as the proxy does, on a clock that the test moves. */
export class SampleTrace {
  now = START;
  readonly writer: TraceWriter;
  private calls = 0;
  /** Number of the last trip, from which ids are made. */
  trips = 0;

  constructor(path: string, session: Partial<SessionFacts> = {}) {
    this.writer = openTrace(path, {
      session: { fuze: '0.1.0', server: 'shop', mode: 'guard', maxCostPerRun: 0.5, ...session },
      now: () => this.now,
      onNotice: (text) => {
        throw new Error(text);
      },
    });
  }

  /** Lets time pass. */
  later(milliseconds: number): this {
    this.now += milliseconds;
    return this;
  }

  call(more: Partial<CallRecord> = {}): this {
    this.calls += 1;
    const cost = more.cost ?? 0.01;
    this.writer.append({
      kind: 'call',
      timestamp: new Date(this.now).toISOString(),
      runId: 'run-1',
      tool: 'search_orders',
      callId: String(this.calls),
      argsHash: 'a'.repeat(64),
      args: { customer: `c-${this.calls}`, text: 'orders of the last thirty days' },
      result: { content: [{ type: 'text', text: `order ${this.calls}: shipped` }] },
      cost,
      estimate: cost,
      duration_ms: 120,
      decision: { action: 'allow' },
      outcome: 'success',
      ...more,
    });
    return this;
  }

  /** A call that fuze did not forward; with a trip of its own unless `tripId` says which it belongs to. */
  refused(
    check: string,
    reason: string,
    more: Partial<CallRecord> = {},
    tripId: string | undefined = this.trip(check, reason, more),
  ): string {
    const decision: TraceDecision = { action: 'refuse', check, reason, tripId };
    this.call({ outcome: 'refused', estimate: 0.01, ...more, cost: 0, duration_ms: 0, decision });
    return tripId;
  }

  trip(
    check: string,
    reason: string,
    { tool = 'search_orders', runId = 'run-1' }: Partial<CallRecord> = {},
  ): string {
    this.trips += 1;
    const tripId = `fg_${this.trips.toString(16).padStart(12, '0')}`;
    const timestamp = new Date(this.now).toISOString();
    this.writer.append({ kind: 'trip', timestamp, tripId, check, reason, tool, runId });
    return tripId;
  }

  end(reason = 'client left'): void {
    this.writer.close({ reason });
  }
}

/** One run of an agent in a shop: 36 calls forwarded, a loop, a second refund, an outage, and the budget's end. */
export function writeShopTrace(path: string): void {
  const trace = new SampleTrace(path, { maxCostPerRun: 0.42 });
  const random = seeded(7);
  const pause = (): SampleTrace => trace.later(2_000 + Math.round(random() * 14_000));
  for (let i = 0; i < 10; i += 1) {
    pause().call({ duration_ms: 90 + Math.round(random() * 90) });
    pause().call({ tool: 'get_order', cost: 0.005, duration_ms: 35 + Math.round(random() * 30) });
  }
  const repeat =
    'The same call of "search_orders" brought the same result 3 times in the last 5 calls.';
  for (let i = 0; i < 2; i += 1) pause().call();
  pause();
  const loop = trace.refused('repeat', repeat);
  for (let i = 0; i < 4; i += 1) {
    trace.later(1_500);
    trace.refused('repeat', repeat, {}, loop);
  }
  pause().call({ tool: 'refund_order', sideEffect: true, cost: 0.02, duration_ms: 840 });
  pause().call({
    tool: 'refund_order',
    sideEffect: true,
    outcome: 'replayed',
    cost: 0,
    estimate: 0.02,
    duration_ms: 0,
    decision: { action: 'replay', check: 'side_effect', reason: 'This refund ran 12 seconds ago.' },
  });
  for (let i = 0; i < 3; i += 1) {
    pause().call({
      tool: 'send_email',
      sideEffect: true,
      outcome: i === 2 ? 'timeout' : 'failure',
      errorClass: '503 service unavailable',
      duration_ms: i === 2 ? 30_000 : 220,
    });
  }
  for (let i = 0; i < 9; i += 1) {
    pause().call({
      tool: 'write_summary',
      cost: 0.02,
      duration_ms: 1_800 + Math.round(random() * 900),
    });
  }
  pause().call({
    tool: 'get_order',
    cost: 0.005,
    decision: { action: 'warn', check: 'velocity', reason: 'Money flows at $0.30 per minute.' },
  });
  pause();
  trace.refused('budget', 'This call is estimated at $0.02, and $0.405 of $0.42 is spent.', {
    tool: 'write_summary',
    estimate: 0.02,
  });
  pause().end();
}

/** A run in shadow mode: six calls, of which fuze would have stopped two. */
export function writeShadowTrace(path: string): void {
  const trace = new SampleTrace(path, { mode: 'shadow' });
  const runId = 'run-shadow';
  trace.trips = 100;
  for (let i = 0; i < 4; i += 1) trace.later(1_000).call({ runId });
  const reason = 'The same call brought the same result 3 times.';
  const tripId = trace.later(500).trip('repeat', reason, { runId });
  const decision: TraceDecision = {
    action: 'allow',
    check: 'repeat',
    reason,
    shadow: true,
    tripId,
  };
  for (let i = 0; i < 2; i += 1) trace.later(500).call({ decision, runId });
  trace.end();
}

/** What a hostile server, model or client may call things. */
export const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title></style><svg/onload=alert(1)>',
  '&lt;b&gt; \u202e\u0007\u001b[2J\u001b]0;owned\u0007',
  '{{7*7}}<!-- -->',
  'x'.repeat(5_000),
  '検索する注文の一覧を取得',
  '\ud800 half',
  '__proto__',
] as const;

export function writeHostileTrace(path: string): void {
  const trace = new SampleTrace(path, { server: HOSTILE[0] });
  for (const name of HOSTILE) {
    trace.later(800).call({ tool: name, runId: name });
    trace.later(800).refused(name, `${name} ${name}`, { tool: name, runId: name });
  }
  trace.end();
}

/** Many sessions over many days, `calls` in all: 14 tools, one run each session, of which some trip. */
export function writeLargeTrace(path: string, calls: number, sessions = 8): void {
  const random = seeded(11);
  const tools = [
    'read_file',
    'search',
    'edit_file',
    'run_tests',
    'list_dir',
    'grep',
    'fetch',
    'git_diff',
    'git_log',
    'commit',
    'open_issue',
    'comment',
    'browse',
    'screenshot',
  ];
  let day = START;
  for (let session = 0; session < sessions; session += 1) {
    const trace = new SampleTrace(path, { server: 'workbench', maxCostPerRun: 10 });
    trace.now = day;
    trace.trips = session * calls;
    const runId = `run-${session + 1}`;
    for (let i = 0; i < calls / sessions; i += 1) {
      const tool = tools[Math.floor(random() ** 2 * tools.length)] ?? 'search';
      const cost = Math.round(random() * 4_000) / 1e6;
      const chance = random();
      trace.later(Math.round(200 + random() * 6_000));
      const duration_ms = Math.round(20 + random() ** 4 * 9_000);
      if (chance < 0.02)
        trace.refused('repeat', 'The same call brought the same result 3 times.', {
          tool,
          runId,
          estimate: cost,
        });
      else if (chance < 0.05) trace.call({ tool, runId, cost, duration_ms, outcome: 'failure' });
      else if (chance < 0.055)
        trace.call({ tool, runId, cost, duration_ms: 30_000, outcome: 'timeout' });
      else trace.call({ tool, runId, cost, duration_ms });
    }
    day = trace.now + 14 * 3_600_000;
    trace.end();
  }
}
