import {
  MODEL_NAMES,
  REPORT_NAMES,
  USAGE_SHAPES,
  type UsageShape,
  WRAPPER_NAMES,
} from './usage-shapes.js';

/** Tokens that a model took for an answer, by a report of its provider. */
export interface TokenUsage {
  /** As the report names it; undefined where it names none. */
  readonly model: string | undefined;
  /** What went in, without what was in a cache. */
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWritten: number;
}

type Counts = Omit<TokenUsage, 'model'>;
type Fields = Readonly<Record<string, unknown>>;

/** No call takes so many; a report that says so is none. */
const MOST_TOKENS = 1e9;
const LONGEST_MODEL_NAME = 256;
/** Wrappers in one another that are looked into, as in `response.meta.billed_units`. */
const DEPTH = 2;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function at(report: Fields, path: string): unknown {
  const [name = '', inner] = path.split('.', 2);
  const value = report[name];
  if (inner === undefined) return value;
  return isObject(value) ? value[inner] : undefined;
}

/** NaN for what is no count. Headers are text, so digits are taken from text too. */
function countOf(value: unknown): number {
  if (value === undefined || value === null) return 0;
  const count = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
  const valid = typeof count === 'number' && Number.isInteger(count) && count >= 0;
  return valid && count <= MOST_TOKENS ? count : Number.NaN;
}

function countsBy(shape: UsageShape, report: Fields): Counts | undefined {
  const sum = (paths: readonly (string | undefined)[]): number =>
    paths.reduce((total, path) => total + (path === undefined ? 0 : countOf(at(report, path))), 0);
  const input = sum(shape.input);
  const within = Math.min(sum([shape.cachedWithin]), input);
  const output = sum(shape.output);
  const cacheRead = within + sum([shape.cacheRead]);
  const cacheWritten = sum([shape.cacheWritten]);
  const total = input + output + cacheRead + cacheWritten;
  // One broken count makes the others doubtful, and a report of nothing reports nothing.
  if (Number.isNaN(total) || total === 0) return undefined;
  return { input: input - within, output, cacheRead, cacheWritten };
}

function countsIn(report: unknown): Counts | undefined {
  if (!isObject(report)) return undefined;
  const shape = USAGE_SHAPES.find(({ input, output }) =>
    [...input, ...output].some((name) => report[name] !== undefined && report[name] !== null),
  );
  if (shape !== undefined) return countsBy(shape, report);
  // Cohere: what is billed, else what was counted.
  return countsIn(report.billed_units) ?? countsIn(report.tokens);
}

function modelIn(holder: unknown): string | undefined {
  if (!isObject(holder)) return undefined;
  for (const name of MODEL_NAMES) {
    const value = holder[name];
    if (typeof value === 'string' && value !== '' && value.length <= LONGEST_MODEL_NAME) {
      return value;
    }
  }
  return undefined;
}

/** The name of a member without the prefix that `_meta` asks for: `example.com/usage` is `usage`. */
function plainName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** The usage that a value reports: it is the report, holds it, or wraps an answer of a model that does. */
export function reportedUsage(
  holder: unknown,
  outerModel?: string,
  depth = DEPTH,
): TokenUsage | undefined {
  if (!isObject(holder)) return undefined;
  const model = modelIn(holder) ?? outerModel;
  const wrapped: unknown[] = [];
  for (const [name, value] of Object.entries(holder)) {
    const plain = plainName(name);
    const counts = REPORT_NAMES.has(plain) ? countsIn(value) : undefined;
    if (counts !== undefined) return { model: modelIn(value) ?? model, ...counts };
    if (WRAPPER_NAMES.has(plain)) wrapped.push(value);
  }
  const own = countsIn(holder);
  if (own !== undefined) return { model, ...own };
  if (depth === 0) return undefined;
  for (const value of wrapped) {
    const usage = reportedUsage(value, model, depth - 1);
    if (usage !== undefined) return usage;
  }
  return undefined;
}

/**
 * The usage that a tool result (parsed) reports: in its `_meta`, which is meant for such things, else in its
 * `structuredContent`. It is the word of the server: one that lies about it can make a call look cheaper than it
 * was, or dearer, but never free, and never with a sum that is no number.
 */
export function usageOf(result: unknown): TokenUsage | undefined {
  if (!isObject(result)) return undefined;
  return reportedUsage(result._meta) ?? reportedUsage(result.structuredContent);
}
