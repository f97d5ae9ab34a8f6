import { shinglesOf, wordsOf } from './text-similarity.js';
import type { Answer } from './tool-call.js';

const QUESTION_NAMES = new Set(
  'query q question text prompt search searchquery search_query input message topic keywords'.split(
    ' ',
  ),
);
/** Longer texts are documents and not questions. */
const MAX_QUESTION = 500;
const MIN_WORDS = 2;
/** A large answer must not be held in memory for a comparison that may never come. */
const MAX_HELD_BYTES = 65_536;

/** One question that a call asks, with the answer to it, which is read only when it comes to a comparison. */
export class Question {
  private text: (() => string) | undefined;
  private read: ReadonlySet<string> | undefined;

  constructor(
    readonly argsHash: string,
    readonly words: ReadonlySet<string>,
    /** The other arguments as text: a question with another filter is another question. */
    readonly rest: string,
  ) {}

  answered({ size, text }: Answer): void {
    if (size <= MAX_HELD_BYTES) this.text = text;
    else this.read = shinglesOf(text());
  }

  /** Runs of words in the answer; undefined while there is none. */
  get shingles(): ReadonlySet<string> | undefined {
    if (this.read === undefined && this.text !== undefined) {
      this.read = shinglesOf(this.text());
      this.text = undefined;
    }
    return this.read;
  }
}

/**
 * The question that a call asks: the string member with a telling name, else the longest string of several words.
 * Undefined for a call that asks nothing in words.
 */
export function questionOf(
  argsHash: string,
  args: Readonly<Record<string, unknown>>,
): Question | undefined {
  let name: string | undefined;
  let text = '';
  for (const [key, value] of Object.entries(args)) {
    if (typeof value !== 'string' || value.length > MAX_QUESTION) continue;
    if (QUESTION_NAMES.has(key.toLowerCase())) {
      name = key;
      text = value;
      break;
    }
    if (value.length > text.length) {
      name = key;
      text = value;
    }
  }
  const words = wordsOf(text);
  if (name === undefined || words.size < MIN_WORDS) return undefined;
  const rest = Object.entries(args).filter(([key]) => key !== name);
  return new Question(argsHash, words, rest.length === 0 ? '' : JSON.stringify(rest));
}
