import type { CallKey } from './call-key.js';
import { saysNothing } from './result-text.js';
import { overlap, shinglesOf, wordsOf } from './text-similarity.js';
import type { Answer, JudgedCall } from './tool-call.js';
import { mannerOf } from './tool-manner.js';

/** Members whose name says that something is looked for. */
const ASKING = new Set(
  'query q question search searchquery search_query search_term searchterm term terms keyword keywords topic'.split(
    ' ',
  ),
);
/** A statement that changes something is no question, though its argument is called so. */
const WRITES =
  /^\s*(?:insert|update|delete|create|alter|drop|merge|replace|upsert|truncate|grant|set|begin|commit)\b/i;
/** Longer texts are documents and not questions. */
const MAX_QUESTION = 500;
/** A large answer must not be held in memory for a comparison that may never come. */
const MAX_HELD_BYTES = 65_536;

/** What is compared stands within so many characters of an answer. */
const MAX_READ = 20_000;

/** What an answer holds, to be compared with others. */
export interface AnswerContent {
  /** Runs of words. */
  readonly shingles: ReadonlySet<string>;
  /** Its words, the question left out where the answer repeats it. */
  readonly words: ReadonlySet<string>;
  /** It says that there is nothing. */
  readonly nothing: boolean;
}

/** One question that a call asks, with the answer to it, which is read only when it comes to a comparison. */
export class Question {
  readonly key: CallKey;
  readonly words: ReadonlySet<string>;
  /** Those of its words that hold a digit. */
  readonly numbers: readonly string[];
  /** The name of the argument says that it asks. */
  readonly asksByName: boolean;
  private readonly text: string;
  private restOf: (() => string) | undefined;
  private restText = '';
  private said: (() => string) | undefined;
  private read: AnswerContent | undefined;

  constructor({ key, args, argsBytes }: JudgedCall, name: string, text: string) {
    this.key = key;
    this.text = text;
    this.words = wordsOf(text);
    this.numbers = /\d/.test(text) ? [...this.words].filter((word) => /\d/.test(word)) : [];
    this.asksByName = ASKING.has(name.toLowerCase());
    this.restOf = () => {
      const { [name]: _, ...rest } = args;
      return sortedText(rest);
    };
    if (argsBytes === undefined || argsBytes > MAX_HELD_BYTES) this.rest();
  }

  /** The other arguments as text: a question with another filter is another question. */
  rest(): string {
    if (this.restOf !== undefined) this.restText = this.restOf();
    this.restOf = undefined;
    return this.restText;
  }

  answered(answer: Answer): void {
    if (answer.keep !== undefined) this.said = answer.keep(MAX_HELD_BYTES);
    else if (answer.size <= MAX_HELD_BYTES) this.said = () => answer.text();
    if (this.said !== undefined) return;
    // Through bytes: a slice alone would hold the whole text.
    const beginning = Buffer.from(answer.text().slice(0, MAX_READ)).toString();
    this.said = () => beginning;
  }

  /** What the answer holds; undefined while there is none. */
  get content(): AnswerContent | undefined {
    if (this.said !== undefined) this.readAnswer();
    return this.read;
  }

  private readAnswer(): void {
    const text = this.said?.().slice(0, MAX_READ);
    this.said = undefined;
    if (text === undefined) return;
    const own = text.toLowerCase().replaceAll(this.text.toLowerCase(), ' ');
    this.read = { shingles: shinglesOf(text), words: wordsOf(own), nothing: saysNothing(text) };
  }
}

/** Two words in one string, or what could spell or be others, in JSON text. */
const MAY_HOLD_WORDS = /[\\\u0080-\uffff]|:"[^"]*?[A-Za-z0-9][^A-Za-z0-9"]+[A-Za-z0-9]/;

/** Whether a call may ask something in more than one word; tells of most that do not, without reading their arguments. */
export function mayAskInWords({ canonicalArgs }: JudgedCall): boolean {
  return canonicalArgs === undefined || MAY_HOLD_WORDS.test(canonicalArgs);
}

/** Whether a text is made of words, and is no path, address or identifier. */
function isProse(text: string): boolean {
  return /\S\s+\S/.test(text) || /(?:(?!\p{Script=Latin})\p{L}){4}/u.test(text);
}

/** The name of the argument that asks, else of the longest one that is prose. The order of the arguments does not matter. */
function askingName(args: Readonly<Record<string, unknown>>, reads: boolean): string | undefined {
  let found: string | undefined;
  let length = 0;
  for (const name of Object.keys(args).sort()) {
    const value = args[name];
    if (typeof value !== 'string' || value.length > MAX_QUESTION) continue;
    if (ASKING.has(name.toLowerCase())) return name;
    if (!reads || value.length <= length || !isProse(value)) continue;
    found = name;
    length = value.length;
  }
  return found;
}

/** JSON text in which the order of members does not show. */
function sortedText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function questionIn(call: JudgedCall): Question | undefined {
  const manner = mannerOf(call.tool);
  const reads = manner === 'reads' || (manner === 'unknown' && call.readOnly === true);
  if (!reads && manner !== 'unknown') return undefined;
  const name = askingName(call.args, reads);
  const text = name === undefined ? undefined : call.args[name];
  if (name === undefined || typeof text !== 'string' || WRITES.test(text)) return undefined;
  return new Question(call, name, text);
}

/**
 * The question that a call asks in words: the argument with a telling name, or where the tool is known to look, the
 * longest text. Undefined for a call that asks nothing: of a tool that acts, or with nothing but ids, paths and numbers.
 */
export function questionOf(call: JudgedCall): Question | undefined {
  const { notes } = call;
  if (notes.question === undefined) notes.question = questionIn(call) ?? 'none';
  return notes.question === 'none' ? undefined : notes.question;
}

/** What tells two questions apart though their words are alike: "Q1" and "Q2", 2023 and 2024. */
function differInNumbers({ numbers: a }: Question, { numbers: b }: Question): boolean {
  return a.length !== b.length || a.some((number) => !b.includes(number));
}

/** Whether two calls of one tool differ in nothing but the words of their question. */
export function isReworded(a: Question, b: Question): boolean {
  return !a.key.isSame(b.key) && !differInNumbers(a, b) && a.rest() === b.rest();
}

/** Two wordings of one question share at least so much of the shorter one. */
const SHARED = 0.25;

function pairsOf(word: string): ReadonlySet<string> {
  return new Set([...word].slice(1).map((letter, index) => `${[...word][index]}${letter}`));
}

/**
 * Whether two questions are about the same: they have words in common, or are two spellings of one word. Who asks for
 * other people, places or things one after the other goes through a list.
 */
export function areAlike(a: Question, b: Question): boolean {
  if (overlap(a.words, b.words) >= SHARED) return true;
  const [one] = a.words;
  const [other] = b.words;
  if (a.words.size !== 1 || b.words.size !== 1 || one === undefined || other === undefined) {
    return false;
  }
  return overlap(pairsOf(one), pairsOf(other)) >= SHARED;
}
