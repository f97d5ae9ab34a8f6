import type { Check, RunContext } from '../check.js';
import { isReworded, mayAskInWords, type Question, questionOf } from '../question.js';
import { novelty, overlap } from '../text-similarity.js';
import type { JudgedCall } from '../tool-call.js';

/** Rewordings that must have gone before. */
const EARLIER = 3;
/** Fewer words do not make a question that could be worded in another way. */
const MIN_WORDS = 2;
/** An answer with less than this share of new shingles has brought nothing new. */
const LITTLE_NEW = 0.1;
/** An answer with fewer shingles is an acknowledgement and no information; the same nothing again is `stall`'s. */
const MIN_SHINGLES = 6;
/** Tools whose questions are remembered, the one longest silent forgotten first; and questions of each. */
const MAX_TOOLS = 100;
const MAX_QUESTIONS = 20;

/** The latest questions of each tool, oldest first. */
class Asked {
  private readonly byTool = new Map<string, Question[]>();

  of(tool: string): readonly Question[] {
    return this.byTool.get(tool) ?? [];
  }

  clear(): void {
    this.byTool.clear();
  }

  add(tool: string, question: Question, capacity: number): void {
    const questions = this.byTool.get(tool) ?? [];
    questions.push(question);
    while (questions.length > Math.min(capacity, MAX_QUESTIONS)) questions.shift();
    this.byTool.delete(tool);
    this.byTool.set(tool, questions);
    if (this.byTool.size <= MAX_TOOLS) return;
    const [oldest] = this.byTool.keys();
    if (oldest !== undefined) this.byTool.delete(oldest);
  }
}

/** Whether the answer tells of a word that only this question has: then it was another question, however alike. */
function answersItsOwn(question: Question, earlier: readonly Question[]): boolean {
  const told = question.content?.words;
  return [...question.words].some(
    (word) =>
      told?.has(word) === true &&
      !earlier.some(({ words, content }) => words.has(word) || content?.words.has(word) === true),
  );
}

/** Whether each answer but the first holds next to nothing that the ones before it did not. */
function broughtNothingNew(questions: readonly Question[]): boolean {
  return questions.every((question, index) => {
    const { content } = question;
    if (content === undefined || content.nothing || content.shingles.size < MIN_SHINGLES) {
      return false;
    }
    if (index === 0) return true;
    const earlier = questions.slice(0, index);
    const known = earlier.flatMap((one) => one.content?.shingles ?? []);
    return novelty(content.shingles, known) < LITTLE_NEW && !answersItsOwn(question, earlier);
  });
}

/**
 * Stops the rewording of one question when at least three wordings of it are in the window already and the answers
 * after the first held next to nothing new. Different answers make it research, however alike the questions are.
 */
export function similarity(run: RunContext): Check {
  const asked = new Asked();

  const threshold = (call: JudgedCall): number =>
    call.settings.loopChecks ? run.settings().loop.similarityThreshold : 0;

  return {
    judge(call) {
      const limit = threshold(call);
      if (limit === 0) return;
      const earlier = asked.of(call.tool);
      if (earlier.length < EARLIER) return;
      const question = questionOf(call);
      if (question === undefined) return;
      const alike = earlier.filter(
        (one) => isReworded(one, question) && overlap(one.words, question.words) >= limit,
      );
      if (alike.length < EARLIER || !broughtNothingNew(alike.slice(-EARLIER))) return;
      return {
        check: 'similarity',
        kind: 'loop',
        reason: `"${call.tool}" was asked this in ${alike.length} other wordings before, and the answers to the last ${EARLIER} held nothing new.`,
        advice:
          'Another wording will not help. Work with the answers that you have, ask for something else, or look elsewhere.',
        details: { wordings: alike.length, threshold: limit },
      };
    },
    admitted(call) {
      if (threshold(call) === 0 || !mayAskInWords(call)) return;
      const question = questionOf(call);
      if (question === undefined || question.words.size < MIN_WORDS) return;
      asked.add(call.tool, question, run.settings().loop.windowSize);
    },
    settled(call, outcome) {
      // Of a call that was not remembered, nobody asks what it brought.
      const { question } = call.notes;
      if (outcome.kind !== 'success' || question === undefined || question === 'none') return;
      question.answered(outcome);
    },
    lifted() {
      asked.clear();
    },
  };
}
