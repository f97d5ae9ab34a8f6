import { describe, expect, it } from 'vitest';
import { resolveSettings } from '../../src/config/resolve.js';
import type { GuardSettings, ToolSettings } from '../../src/config/settings.js';
import { canonicalJson } from '../../src/evidence/canonical.js';
import type { Decision } from '../../src/guard/decision.js';
import { createEngine } from '../../src/guard/engine.js';
import { MemoryLedger } from '../../src/guard/memory-ledger.js';
import type { Run } from '../../src/guard/run.js';
import type { JudgedCall, Outcome } from '../../src/guard/tool-call.js';

const { guard } = resolveSettings({
  kind: 'library',
  file: undefined,
  env: {},
  flags: {},
  cwd: '/',
  home: '/',
});
const paid: ToolSettings = { ...guard.tool('any'), estimatedCost: 100_000 };

function openRun(changed: Partial<GuardSettings> = {}): Run {
  const settings = { ...guard, ...changed };
  return createEngine({
    settings: () => settings,
    openLedger: () => new MemoryLedger(),
    now: () => 0,
    randomHex: (bytes) => '0'.repeat(2 * bytes),
    hash: canonicalJson,
  }).openRun();
}

function allowed(decision: Decision): JudgedCall {
  if (decision.action !== 'allow') throw new Error(`not allowed: ${JSON.stringify(decision)}`);
  return decision.call;
}

const failed: Outcome = {
  kind: 'failure',
  resultHash: 'broken',
  size: 6,
  text: () => 'broken',
  errorClass: 'broken',
};
const success = (result: string): Outcome => ({
  kind: 'success',
  resultHash: result,
  size: result.length,
  text: () => result,
  result: () => result,
});
const search = { tool: 'search', args: { q: 'x' } };

/** One call that fails and is tried again until `end`; returns what was decided of the last attempt. */
function callWithRetries(run: Run, retries: number, end: Outcome): Decision {
  let decision = run.admit(search);
  for (let attempt = 0; attempt < retries; attempt += 1) {
    const call = allowed(decision);
    run.settle(call, failed);
    decision = run.admit({ ...search, retryOf: call });
  }
  if (decision.action === 'allow') run.settle(decision.call, end);
  return decision;
}

describe('a call that tries an earlier one again', () => {
  it('is no loop, however often it is tried', () => {
    expect(callWithRetries(openRun(), 10, success('found')).action).toBe('allow');
  });

  it('leaves one entry in the history, with the last outcome', () => {
    const run = openRun();
    callWithRetries(run, 3, success('found'));
    expect(run.recentCalls(10)).toMatchObject([{ outcome: 'success', resultHash: 'found' }]);
  });

  it('does not make later calls a loop while they bring new results', () => {
    const run = openRun();
    const results = [1, 2, 3, 4, 5].map((n) => callWithRetries(run, 1, success(`result ${n}`)));
    expect(results.map(({ action }) => action)).toEqual(Array(5).fill('allow'));
  });

  it('does not hide a loop of calls that each bring the same after a retry', () => {
    const run = openRun();
    callWithRetries(run, 1, success('same'));
    callWithRetries(run, 1, success('same'));
    expect(run.admit(search)).toMatchObject({ action: 'kill', verdict: { check: 'repeat' } });
  });

  it('counts as a call of its own for the budget and for the iterations', () => {
    const run = openRun({ maxIterations: 3 });
    const first = allowed(run.admit({ ...search, settings: paid }));
    run.settle(first, failed);
    const second = allowed(run.admit({ ...search, settings: paid, retryOf: first }));
    run.settle(second, success('found'));
    expect(run.status()).toMatchObject({ admitted: 2, spent: 200_000 });
    run.settle(allowed(run.admit({ ...search, retryOf: second })), failed);
    const fourth = run.admit({ ...search, retryOf: second });
    expect(fourth).toMatchObject({ action: 'refuse', verdict: { check: 'iterations' } });
  });
});

describe('settings handed in with a call', () => {
  it('hold in place of those of the name', () => {
    const run = openRun();
    const dear = { ...paid, estimatedCost: 1_000_001 };
    expect(run.admit({ ...search, settings: dear })).toMatchObject({
      action: 'refuse',
      verdict: { check: 'budget' },
    });
    expect(run.admit({ ...search, settings: { ...dear, estimatedCost: 1_000_000 } }).action).toBe(
      'allow',
    );
  });
});
