/** Finds words where no space tells them, as in Japanese. Made when first needed: it loads a dictionary. */
let segmenter: Intl.Segmenter | undefined;
/** What only joins the words that matter. */
const JOINING = new Set(
  `a an the of in on at to for from by with and or is are was were be do does did what which who how when where why
  can could please me my i you your it its this that about`.split(/\s+/),
);
const MAX_TEXT = 2_000;
/** Endings differ from wording to wording in most languages; what a word is about stands at its beginning. */
const STEM = 5;

/** Scripts that put no space between words: there every character counts as one. */
const UNSPACED =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}ー\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}';
const RUNS = new RegExp(`[${UNSPACED}]|(?:(?![${UNSPACED}])[\\p{L}\\p{N}\\p{M}])+`, 'gu');

/** The set of words of a text, reduced to their beginnings; its first 2,000 characters count. */
export function wordsOf(text: string): ReadonlySet<string> {
  const lower = text.slice(0, MAX_TEXT).toLowerCase();
  const words = new Set<string>();
  const add = (word: string): void => {
    if (JOINING.has(word)) return;
    words.add(word.length <= STEM || /\d/.test(word) ? word : word.slice(0, STEM));
  };
  // Plain ASCII needs no dictionary, and the segmenter is many times slower.
  if (!/[\u0080-\uffff]/.test(lower)) {
    for (const word of lower.match(/[a-z0-9]+/g) ?? []) add(word);
  } else {
    segmenter ??= new Intl.Segmenter('und', { granularity: 'word' });
    for (const { segment, isWordLike } of segmenter.segment(lower)) if (isWordLike) add(segment);
  }
  return words;
}

/** Overlap coefficient of two sets: shared members over the smaller set, 0 to 1. */
export function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  if (small.size === 0) return 0;
  let shared = 0;
  for (const word of small) if (large.has(word)) shared += 1;
  return shared / small.size;
}

const SHINGLE_WORDS = 3;
const MAX_SHINGLES = 2_000;
/** About as many characters as that many shingles need. */
const MAX_ANSWER = 20_000;

/** Runs of three words, in which a new fact shows though its words are old. */
export function shinglesOf(text: string): ReadonlySet<string> {
  const words = text.slice(0, MAX_ANSWER).toLowerCase().match(RUNS) ?? [];
  const shingles = new Set<string>();
  for (let index = 0; index < Math.max(1, words.length - SHINGLE_WORDS + 1); index += 1) {
    shingles.add(words.slice(index, index + SHINGLE_WORDS).join(' '));
    if (shingles.size >= MAX_SHINGLES) break;
  }
  return shingles;
}

/** The share of `shingles` that stands in none of the earlier sets, 0 to 1. */
export function novelty(
  shingles: ReadonlySet<string>,
  earlier: readonly ReadonlySet<string>[],
): number {
  if (shingles.size === 0) return 0;
  let fresh = 0;
  for (const shingle of shingles) {
    if (!earlier.some((set) => set.has(shingle))) fresh += 1;
  }
  return fresh / shingles.size;
}
