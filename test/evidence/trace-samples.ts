import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { CallRecord } from '../../src/evidence/trace-payload.js';
import { openTrace, type TraceOptions, type TraceWriter } from '../../src/evidence/trace-writer.js';

/** A new folder per call, all removed after the test file. */
export function temporaryFolders(): () => string {
  const made: string[] = [];
  afterAll(() => {
    for (const path of made) rmSync(path, { recursive: true, force: true });
  });
  return () => {
    const path = mkdtempSync(join(tmpdir(), 'fuze-evidence-'));
    made.push(path);
    return path;
  };
}

export function call(callId: number, more: Partial<CallRecord> = {}): CallRecord {
  return {
    kind: 'call',
    timestamp: '2026-01-01T00:00:00.000Z',
    runId: 'run-1',
    tool: 'search',
    callId: String(callId),
    argsHash: 'a'.repeat(64),
    args: { q: 'é "quoted" \u2028', n: 1.5 },
    cost: 0.01,
    duration_ms: 3,
    decision: { action: 'allow' },
    outcome: 'success',
    ...more,
  };
}

export interface TestTrace {
  readonly writer: TraceWriter;
  readonly notices: string[];
  /** Moves the clock. */
  readonly later: (milliseconds: number) => void;
}

export function trace(path: string): TestTrace {
  const notices: string[] = [];
  let now = Date.UTC(2026, 0, 1);
  const options: TraceOptions = {
    session: { fuze: '0.1.0', server: 'shop', mode: 'guard' },
    now: () => now,
    onNotice: (text) => notices.push(text),
  };
  const later = (milliseconds: number): void => {
    now += milliseconds;
  };
  return { writer: openTrace(path, options), notices, later };
}

/** A trace of one session with so many calls. */
export function writeTrace(path: string, calls: number, end = true): void {
  const { writer } = trace(path);
  for (let id = 1; id <= calls; id += 1) {
    writer.append(call(id));
    writer.flush();
  }
  if (end) writer.close({ reason: 'client left' });
}
