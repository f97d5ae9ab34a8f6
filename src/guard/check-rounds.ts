import type { Check } from './check.js';
import type { EffectVerdict, Verdict } from './decision.js';
import { fault } from './fault.js';
import type { JudgedCall } from './tool-call.js';

type Told<Name extends keyof Check> = readonly NonNullable<Check[Name]>[];

/** What one check is asked of a call. */
export interface Asked {
  readonly ask: Check['judge'];
  readonly told: Check['told'];
}

/**
 * The checks of one run by what they are asked and told, each list in their order. Made once: every check is an object
 * with other members, which V8 is slow to look into at every call.
 */
export interface CheckRounds {
  readonly judges: readonly Asked[];
  readonly claims: readonly Asked[];
  readonly admitted: Told<'admitted'>;
  readonly settled: Told<'settled'>;
  readonly corrected: Told<'corrected'>;
  readonly metered: Told<'metered'>;
  readonly lifted: Told<'lifted'>;
}

export function checkRounds(checks: readonly Check[]): CheckRounds {
  return {
    judges: checks.map(({ judge, told }) => ({ ask: judge, told })),
    claims: checks.flatMap(({ claim, told }) =>
      claim === undefined ? [] : [{ ask: claim, told }],
    ),
    admitted: checks.flatMap(({ admitted }) => admitted ?? []),
    settled: checks.flatMap(({ settled }) => settled ?? []),
    corrected: checks.flatMap(({ corrected }) => corrected ?? []),
    metered: checks.flatMap(({ metered }) => metered ?? []),
    lifted: checks.flatMap(({ lifted }) => lifted ?? []),
  };
}

/** A check that throws refuses the call: failing open would be worse, and silence worst. */
export function answerOf({ ask }: Asked, call: JudgedCall): Verdict | EffectVerdict | undefined {
  try {
    return ask(call);
  } catch (error) {
    return fault(call.tool, error);
  }
}
