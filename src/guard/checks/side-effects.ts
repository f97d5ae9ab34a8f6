import type { Check } from '../check.js';
import type { EffectVerdict, Verdict } from '../decision.js';
import type { Effect, EffectLedger, EffectOutcome, EffectRecord } from '../effect-ledger.js';
import { type CanonicalHash, effectHash } from '../identity.js';
import type { JudgedCall, Outcome } from '../tool-call.js';

/** What the check needs from outside. The ledger is opened at the first side effect, and opening may fail. */
export interface EffectAccess {
  readonly ledger: () => EffectLedger;
  readonly hash: CanonicalHash;
  /** Why no side effect may run now, such as a trace that cannot be written; undefined when all is well. */
  readonly blocked: () => string | undefined;
  /** See `Effect.crashWindow`. */
  readonly crashWindow: () => number;
  /** A settlement that could not be written: the call itself is over, and somebody must be told. */
  readonly onProblem: (error: unknown) => void;
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function refusal(reason: string, advice: string, details: Verdict['details']): Verdict {
  return { check: 'side_effect', kind: 'stop', reason, advice, details };
}

function verdictOn(record: EffectRecord, tool: string): Verdict | EffectVerdict {
  const since = isoTime(record.since);
  switch (record.state) {
    case 'done':
      return {
        check: 'side_effect',
        kind: 'replay',
        reason: record.resolvedByPerson
          ? `This exact call of "${tool}" was carried out before, as a person confirmed; it was not run again.`
          : `This exact call of "${tool}" was carried out at ${since}; it was not run again, this is its recorded result.`,
        result: record.result,
        details: { state: 'done', key: record.key, since },
      };
    case 'pending':
      return {
        check: 'side_effect',
        kind: 'wait',
        reason: `An identical call of "${tool}" is in flight since ${since}.`,
        mine: record.mine,
        details: { state: 'pending', key: record.key, since },
      };
    case 'unknown':
      return refusal(
        `An identical call of "${tool}" was sent at ${since} and its outcome is unknown (${record.reason}): it may have taken effect.`,
        `Do not repeat it. Find out with a reading tool whether it took effect, or ask the user, who can settle it with: fuze ledger resolve ${record.key} --executed (or --not-executed).`,
        { state: 'unknown', key: record.key, since, cause: record.reason },
      );
  }
}

/** Lets a tool with `side_effect = true` run at most once per identical arguments within `dedupe`. */
export function sideEffects(access: EffectAccess): Check {
  // Worked out once per call, though three questions need it.
  const effects = new WeakMap<JudgedCall, Effect>();

  const effectOf = (call: JudgedCall): Effect | undefined => {
    const { sideEffect, dedupe } = call.settings;
    if (!sideEffect || dedupe === 'off') return undefined;
    let effect = effects.get(call);
    if (effect === undefined) {
      effect = {
        tool: call.tool,
        argsHash: effectHash(call.tool, call.args, call.settings, access.hash),
        runId: call.runId,
        dedupe,
        crashWindow: access.crashWindow(),
      };
      effects.set(call, effect);
    }
    return effect;
  };

  const ask = (
    call: JudgedCall,
    question: (ledger: EffectLedger, effect: Effect) => EffectRecord | undefined,
  ): Verdict | EffectVerdict | undefined => {
    if (!call.settings.sideEffect) return;
    let problem = access.blocked();
    try {
      const effect = effectOf(call);
      const record =
        problem === undefined && effect !== undefined
          ? question(access.ledger(), effect)
          : undefined;
      if (record !== undefined) return verdictOn(record, call.tool);
    } catch (error) {
      access.onProblem(error);
      problem = error instanceof Error ? error.message : String(error);
    }
    if (problem === undefined) return;
    return refusal(
      `"${call.tool}" has a side effect, and it cannot be recorded now: ${problem}`,
      'Tools that only read still work. Do not look for another way to do it; tell the user.',
      { state: 'unrecordable' },
    );
  };

  const settle = (call: JudgedCall, outcome: Outcome): void => {
    try {
      const effect = effectOf(call);
      if (effect !== undefined) access.ledger().settle(effect, effectOutcome(outcome));
    } catch (error) {
      access.onProblem(error);
    }
  };

  return {
    judge: (call) => ask(call, (ledger, effect) => ledger.find(effect)),
    claim: (call) => ask(call, (ledger, effect) => ledger.begin(effect)),
    settled: settle,
    corrected: settle,
  };
}

function effectOutcome(outcome: Outcome): EffectOutcome {
  switch (outcome.kind) {
    case 'success':
      return { kind: 'done', result: outcome.result() };
    case 'failure':
      return { kind: 'failed' };
    case 'unknown':
      return { kind: 'unknown', reason: outcome.reason };
  }
}
