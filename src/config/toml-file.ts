import { readFileSync } from 'node:fs';
import { parse, TomlError } from 'smol-toml';
import { describeValue } from './describe-value.js';
import { keyLines } from './key-lines.js';
import type { Issue } from './kind.js';
import { unknownKeyText } from './known-keys.js';
import { oldNameConflicts } from './old-names.js';
import { formatKey, type Problem } from './problems.js';
import { type FileSettings, fileSchema } from './schema.js';

/** Either what the file says, or all that is wrong with it. */
export type FileResult =
  | { readonly values: FileSettings }
  | { readonly problems: readonly Problem[] };

/** The value at a path of the parsed document; own members only, so that `constructor` is not found in `{}`. */
function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
      return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}

/** The key paths that an issue is about, each with what is to be said of it. */
function explain(issue: Issue, document: unknown): [readonly PropertyKey[], string][] {
  if (issue.unknown !== undefined) {
    return issue.unknown.map((key) => [[...issue.path, key], unknownKeyText(issue.path, key)]);
  }
  const value = valueAt(document, issue.path);
  const found = describeValue(value, issue.path.at(-1));
  return [[issue.path, `found ${found}, allowed is ${issue.message}`]];
}

function check(text: string, document: object, file: string): FileResult {
  const reading = fileSchema(document);
  const issues = 'value' in reading ? [] : reading.issues;
  const all = [
    ...issues.flatMap((issue) => explain(issue, document)),
    ...oldNameConflicts(document),
  ];
  if ('value' in reading && all.length === 0) return { values: reading.value };
  const lineOf = keyLines(text);
  const problems = new Map<string, Problem>();
  for (const [path, said] of all) {
    // A number can fail several checks at once, and each says the same.
    const key = `${formatKey(path)}: ${said}`;
    problems.set(key, { source: file, line: lineOf(path), key: formatKey(path), text: said });
  }
  return { problems: [...problems.values()].sort((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
}

/** Checks the text of a `fuze.toml`; `file` is its name in problems. */
export function parseTomlText(text: string, file: string): FileResult {
  try {
    // Integers beyond 2^53 become bigints, which no key allows: a problem among the others, not a syntax error alone.
    return check(text, parse(text, { integersAsBigInt: 'asNeeded' }), file);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // Only the first line: the others quote the source, and that may hold a token.
    const [reason = ''] = error.message.replace('Invalid TOML document: ', '').split('\n');
    const { line, column } = error;
    return {
      problems: [{ source: file, line, column, key: '', text: `not valid TOML: ${reason}` }],
    };
  }
}

function readProblem(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return 'the file does not exist';
  if (code === 'EISDIR') return 'is a folder, not a file';
  if (error instanceof TypeError) return 'the file is not valid UTF-8';
  return `the file cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

/** Reads and checks the `fuze.toml` at an absolute path. */
export function readTomlFile(file: string): FileResult {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    return { problems: [{ source: file, key: '', text: readProblem(error) }] };
  }
  return parseTomlText(text, file);
}
