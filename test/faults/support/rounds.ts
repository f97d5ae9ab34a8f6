import { expect, test } from 'vitest';
import { Random } from './random.js';

/** How often each fault happens in `npm run test:faults`; in `npm test` each test has a short form. */
const LONG = Number(process.env.FUZE_ROUNDS ?? 0);
/** From so many rounds on, chance has had its chance. */
const MANY = 50;

const FIRST_SEED = Number(process.env.FUZE_SEED ?? Date.now() % 1_000_000_000);
/** Milliseconds that end a round which hangs; no round passes by it. */
const PATIENCE = 60_000;

export interface Round {
  readonly number: number;
  readonly random: Random;
  count(what: string, times?: number): void;
}

/**
 * A test of many rounds, each with chances of its own. A failure names the seed that brings its chances back
 * (FUZE_SEED); the moments of the operating system stay its own. What was counted is printed.
 */
export function faultTest(
  name: string,
  work: (round: Round) => Promise<void>,
  {
    short = 4,
    mustHappen = [],
    skip = '',
  }: {
    /** Rounds of the short form. */
    readonly short?: number;
    /** What must have been counted in the long form: else the moments were not as different as they should be. */
    readonly mustHappen?: readonly string[];
    /** Why it cannot be done here. */
    readonly skip?: string;
  } = {},
): void {
  const rounds = LONG || short;
  test(name, { timeout: rounds * PATIENCE }, async (context) => {
    if (skip !== '') {
      process.stderr.write(`SKIPPED, and so not proven here: ${name}: ${skip}\n`);
      context.skip(skip);
    }
    const tally: Record<string, number> = {};
    const count = (what: string, times = 1): void => {
      tally[what] = (tally[what] ?? 0) + times;
    };
    for (let number = 0; number < rounds; number += 1) {
      const seed = FIRST_SEED + number;
      try {
        await work({ number, random: new Random(seed), count });
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        throw new Error(`round ${number + 1} of ${rounds}, FUZE_SEED=${seed}: ${text}`, {
          cause: error,
        });
      }
    }
    process.stderr.write(`${name}: ${JSON.stringify({ rounds, ...tally })}\n`);
    if (rounds < MANY) return;
    for (const what of mustHappen) expect(tally[what], what).toBeGreaterThan(0);
  });
}
