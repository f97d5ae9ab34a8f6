/** One thing wrong with the configuration. */
export interface Problem {
  /** Absolute path of the file, or `command line`, or `environment`. */
  readonly source: string;
  /** Counted from 1; undefined outside files. */
  readonly line?: number | undefined;
  /** Counted from 1; known for TOML syntax errors only. */
  readonly column?: number | undefined;
  /** `proxy.tools.execute.timeout`, `--max-cost`, `FUZE_CONFIG`; empty when the file as a whole is meant. */
  readonly key: string;
  /** What is wrong, and what is allowed instead. */
  readonly text: string;
}

/** A key path as TOML writes it, so that it can be searched for: `proxy.tools."a b".timeout`. */
export function formatKey(path: readonly PropertyKey[]): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else {
      const name = String(part);
      text += `${text === '' ? '' : '.'}${/^[\w-]+$/.test(name) ? name : JSON.stringify(name)}`;
    }
  }
  return text;
}

/** `file:line:column: key: text`, the form in which editors and terminals find the place. */
export function formatProblem(problem: Problem): string {
  const place = [problem.source, problem.line, problem.column].filter((part) => part !== undefined);
  return `${place.join(':')}: ${problem.key === '' ? '' : `${problem.key}: `}${problem.text}`;
}

/** The configuration cannot be understood. Its message lists every problem; commands print it and exit 2. */
export class ConfigError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    super([`${count} in the configuration:`, ...problems.map(formatProblem)].join('\n  '));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}
