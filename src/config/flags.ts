import { PROXY_TRACE } from './defaults.js';
import { describeValue } from './describe-value.js';
import type { Kind } from './kind.js';
import { resolvePath } from './paths.js';
import type { Problem } from './problems.js';
import type { Overrides } from './resolve.js';
import { defaultsShape, proxyShape, tripShape } from './schema.js';

/** The options of the command line that set something, as commander hands them over. */
export interface Flags {
  readonly config?: string | undefined;
  readonly maxCost?: string | undefined;
  readonly maxIterations?: string | undefined;
  /** True for `--trace` without a file. */
  readonly trace?: string | boolean | undefined;
  readonly tripLog?: string | undefined;
  readonly shadow?: boolean | undefined;
  readonly token?: string | undefined;
  readonly listen?: string | undefined;
}

/** Where relative paths and `~` lead to. */
export interface Folders {
  readonly cwd: string;
  readonly home: string;
}

/** What is laid over the file, and what is wrong with it. */
export interface Given {
  readonly overrides: Overrides;
  readonly problems: readonly Problem[];
}

/** A number as TOML writes them, so that "", "0x10" and "abc" stay what they are and are refused. */
function numberIn(text: string | undefined): unknown {
  return text !== undefined && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)
    ? Number(text)
    : text;
}

class Checker {
  readonly problems: Problem[] = [];
  readonly #source: string;
  constructor(source: string) {
    this.#source = source;
  }

  /** The value as the file's kind reads it, or undefined where there is none or a wrong one. */
  read<T>(key: string, kind: Kind<T>, value: unknown): T | undefined {
    if (value === undefined) return undefined;
    const reading = kind(value);
    if ('value' in reading) return reading.value;
    const [issue] = reading.issues;
    const text = `found ${describeValue(value, key)}, allowed is ${issue?.message ?? ''}`;
    this.refuse(key, text);
    return undefined;
  }

  refuse(key: string, text: string): void {
    this.problems.push({ source: this.#source, key, text });
  }

  /** As `read`, for what would silently switch something off when it is empty, as in `--token "$UNSET"`. */
  readFilled(key: string, kind: Kind<string | undefined>, value: string | undefined) {
    if (value !== '') return this.read(key, kind, value);
    this.refuse(key, 'found "", allowed is anything not empty');
    return undefined;
  }
}

function absolute(path: string | undefined, { cwd, home }: Folders): string | undefined {
  return path === undefined ? undefined : resolvePath(path, cwd, home);
}

/** Checks the command line; its numbers by the rules of the file. */
export function readFlags(flags: Flags, folders: Folders): Given {
  const checker = new Checker('command line');
  const named = flags.trace === true ? PROXY_TRACE : flags.trace;
  const trace = named === false ? undefined : named;
  const overrides: Overrides = {
    maxCostPerRun: checker.read(
      '--max-cost',
      defaultsShape.max_cost_per_run,
      numberIn(flags.maxCost),
    ),
    maxIterations: checker.read(
      '--max-iterations',
      defaultsShape.max_iterations,
      numberIn(flags.maxIterations),
    ),
    trace: absolute(checker.readFilled('--trace', defaultsShape.trace_output, trace), folders),
    tripLog: absolute(checker.readFilled('--trip-log', tripShape.log, flags.tripLog), folders),
    shadow: flags.shadow === true ? true : undefined,
    token: checker.readFilled('--token', proxyShape.token, flags.token),
  };
  if (flags.token !== undefined && flags.listen === undefined)
    checker.refuse('--token', 'is for the clients of --listen');
  return { overrides, problems: checker.problems };
}

/** Checks `FUSEGUARD_TRIP_LOG` and `FUZE_TOKEN`; an empty variable is one that is not set, as shells have it. */
export function readEnvironment(env: NodeJS.ProcessEnv, folders: Folders): Given {
  const checker = new Checker('environment');
  const tripLog = env.FUSEGUARD_TRIP_LOG || undefined;
  const token = env.FUZE_TOKEN || undefined;
  const overrides: Overrides = {
    tripLog: absolute(checker.read('FUSEGUARD_TRIP_LOG', tripShape.log, tripLog), folders),
    token: checker.read('FUZE_TOKEN', proxyShape.token, token),
  };
  return { overrides, problems: checker.problems };
}
