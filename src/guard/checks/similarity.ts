import type { Check, RunContext } from '../check.js';
import { PerTool } from '../per-tool.js';
import { type Question, questionOf } from '../question.js';
import { novelty, overlap } from '../text-similarity.js';
import type { JudgedCall } from '../tool-call.js';
import { mannerOf } from '../tool-manner.js';

/** Rewordings that must have gone before. */
const EARLIER = 3;
/** An answer with less than this share of new shingles has brought nothing new. */
const LITTLE_NEW = 0.1;
/** An answer with fewer shingles is an acknowledgement and no information; the same nothing again is `stall`'s. */
const MIN_SHINGLES = 6;

/** What tells two questions apart though their words are alike: "Q1" and "Q2", 2023 and 2024. */
function differInNumbers(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const lacks = (set: ReadonlySet<string>) => (word: string) => /\d/.test(word) && !set.has(word);
  return [...a].some(lacks(b)) || [...b].some(lacks(a));
}

/** Whether each answer but the first holds next to nothing that the ones before it did not. */
function broughtNothingNew(questions: readonly Question[]): boolean {
  const earlier: ReadonlySet<string>[] = [];
  for (const { shingles } of questions) {
    if (shingles === undefined || shingles.size < MIN_SHINGLES) return false;
    if (earlier.length > 0 && novelty(shingles, earlier) >= LITTLE_NEW) return false;
    earlier.push(shingles);
  }
  return true;
}

function questionIn(call: JudgedCall): Question | undefined {
  call.notes.question ??= questionOf(call.argsHash, call.args);
  return call.notes.question;
}

/**
 * Stops the rewording of one question when at least three wordings of it are in the window already and the answers
 * after the first held next to nothing new. Different answers make it research, however alike the questions are.
 */
export function similarity(run: RunContext): Check {
  const asked = new PerTool<Question[]>(() => []);

  const threshold = (call: JudgedCall): number =>
    call.settings.loopChecks && mannerOf(call.tool) !== 'acts'
      ? run.settings().loop.similarityThreshold
      : 0;

  return {
    judge(call) {
      const limit = threshold(call);
      const earlier = asked.of(call.tool);
      if (limit === 0 || earlier.length < EARLIER) return;
      const question = questionIn(call);
      if (question === undefined) return;
      const alike = earlier.filter(
        ({ argsHash, words, rest }) =>
          argsHash !== question.argsHash &&
          rest === question.rest &&
          overlap(words, question.words) >= limit &&
          !differInNumbers(words, question.words),
      );
      if (alike.length < EARLIER || !broughtNothingNew(alike)) return;
      return {
        check: 'similarity',
        kind: 'loop',
        reason: `"${call.tool}" was asked this in ${alike.length} other wordings before, and the answers after the first held nothing new.`,
        advice:
          'Another wording will not help. Work with the answers that you have, ask for something else, or look elsewhere.',
        details: { wordings: alike.length, threshold: limit },
      };
    },
    admitted(call) {
      const question = threshold(call) === 0 ? undefined : questionIn(call);
      if (question === undefined) return;
      const earlier = asked.of(call.tool);
      earlier.push(question);
      const surplus = earlier.length - run.settings().loop.windowSize;
      if (surplus > 0) earlier.splice(0, surplus);
    },
    settled(call, outcome) {
      if (outcome.kind === 'success') call.notes.question?.answered(outcome);
    },
  };
}
