import type { Check, RunContext } from '../check.js';
import { novelty, overlap, shinglesOf, wordsOf } from '../text-similarity.js';
import type { Answer, JudgedCall } from '../tool-call.js';

/** One question of a tool with what it brought, read only when it comes to a comparison. */
class Question {
  readonly words: ReadonlySet<string>;
  private text: (() => string) | undefined;
  private read: ReadonlySet<string> | undefined;

  constructor(
    readonly argsHash: string,
    words: ReadonlySet<string>,
  ) {
    this.words = words;
  }

  answered({ size, text }: Answer): void {
    // A large answer must not be held in memory for a comparison that may never come.
    if (size <= MAX_HELD_BYTES) this.text = text;
    else this.read = shinglesOf(text());
  }

  /** Undefined while there is no answer. */
  get shingles(): ReadonlySet<string> | undefined {
    if (this.read === undefined && this.text !== undefined) {
      this.read = shinglesOf(this.text());
      this.text = undefined;
    }
    return this.read;
  }
}

/** Whether each answer but the first holds next to nothing that the ones before it did not. */
function bringNothingNew(questions: readonly Question[]): boolean {
  const earlier: ReadonlySet<string>[] = [];
  for (const { shingles } of questions) {
    if (shingles === undefined) return false;
    if (earlier.length > 0 && novelty(shingles, earlier) >= LITTLE_NEW) return false;
    earlier.push(shingles);
  }
  return true;
}

const MAX_TOOLS = 200;
const MAX_HELD_BYTES = 65_536;
/** Rewordings that must have gone before. */
const EARLIER = 3;
/** An answer with less than this share of new shingles has brought nothing new. */
const LITTLE_NEW = 0.1;
const MIN_WORDS = 2;
const QUESTION_NAMES = [
  'query',
  'q',
  'question',
  'text',
  'prompt',
  'search',
  'searchquery',
  'search_query',
  'input',
  'message',
  'topic',
  'keywords',
];
/** Longer texts are documents and not questions. */
const MAX_QUESTION = 500;

/** The text that a call asks with: a member with a telling name, else its longest string. */
export function questionOf(args: Readonly<Record<string, unknown>>): string | undefined {
  let longest: string | undefined;
  for (const [name, value] of Object.entries(args)) {
    if (typeof value !== 'string') continue;
    if (QUESTION_NAMES.includes(name.toLowerCase())) return value;
    if (longest === undefined || value.length > longest.length) longest = value;
  }
  return longest;
}

/** What tells two questions apart though their words are the same: "Q1" and "Q2", 2023 and 2024. */
function differsInNumbers(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const has = (set: ReadonlySet<string>, word: string): boolean =>
    !/\d/.test(word) || set.has(word);
  return ![...a].every((word) => has(b, word)) || ![...b].every((word) => has(a, word));
}

/**
 * Stops the rewording of one question when at least three rewordings are in the window already and their answers
 * held next to nothing new. Different answers make it research, however alike the questions are.
 */
export function similarity(run: RunContext): Check {
  const tools = new Map<string, Question[]>();
  const asked = new WeakMap<JudgedCall, Question>();

  const wordsIn = (call: JudgedCall): ReadonlySet<string> | undefined => {
    if (!call.settings.loopChecks || run.settings().loop.similarityThreshold === 0)
      return undefined;
    const question = questionOf(call.args);
    if (question === undefined || question.length > MAX_QUESTION) return undefined;
    const words = wordsOf(question);
    return words.size < MIN_WORDS ? undefined : words;
  };

  return {
    judge(call) {
      const earlier = tools.get(call.tool);
      if (earlier === undefined || earlier.length < EARLIER) return;
      const words = wordsIn(call);
      if (words === undefined) return;
      const { similarityThreshold } = run.settings().loop;
      const alike = earlier.filter(
        (question) =>
          question.argsHash !== call.argsHash &&
          overlap(question.words, words) >= similarityThreshold &&
          !differsInNumbers(question.words, words),
      );
      if (alike.length < EARLIER) return;
      if (!bringNothingNew(alike)) return;
      return {
        check: 'similarity',
        kind: 'loop',
        reason: `"${call.tool}" was asked this in ${alike.length} other wordings before, and the answers held nothing new.`,
        advice:
          'Another wording will not help. Work with the answers that you have, ask for something else, or look elsewhere.',
        details: { rewordings: alike.length, threshold: similarityThreshold },
      };
    },
    admitted(call) {
      const words = wordsIn(call);
      if (words === undefined) return;
      const questions = tools.get(call.tool) ?? [];
      if (questions.length === 0) {
        if (tools.size >= MAX_TOOLS) {
          const [oldest] = tools.keys();
          if (oldest !== undefined) tools.delete(oldest);
        }
        tools.set(call.tool, questions);
      }
      const question = new Question(call.argsHash, words);
      questions.push(question);
      asked.set(call, question);
      const surplus = questions.length - run.settings().loop.windowSize;
      if (surplus > 0) questions.splice(0, surplus);
    },
    settled(call, outcome) {
      if (outcome.kind !== 'unknown') asked.get(call)?.answered(outcome);
    },
  };
}
