import { kind, optional } from '../config/kind.js';
import { isUsd, MOST_USD } from '../config/money.js';
import { resolveTools } from '../config/resolve-tools.js';
import { defaultsShape, toolShape } from '../config/schema.js';
import type { ToolSettings } from '../config/settings.js';
import { flag, name } from '../config/value-kinds.js';
import { ConfigurationError } from './fuze-error.js';
import type { Limits } from './limits.js';
import type { GuardOptions } from './options.js';
import { readOptions } from './read-options.js';
import { toolNameOf } from './tool-name.js';

const isFunction = (value: unknown): value is (...args: never) => unknown =>
  typeof value === 'function';

const costKind = kind(
  `a number of US dollars, 0 to ${MOST_USD}, or a function of the result that returns one`,
  (value) => (isFunction(value) || isUsd(value) ? value : undefined),
);

/** A function, or what else to say is allowed. */
const functionKind = (allowed: string) =>
  optional(kind(allowed, (value) => (isFunction(value) ? value : undefined)));

/** The options of a guarded function, in the spelling of `fuze.toml`. */
export const guardShape = {
  ...toolShape,
  max_retries: defaultsShape.max_retries,
  name,
  read_only: flag,
  cost: optional(costKind),
  compensate: functionKind('a function'),
  unknown_if: functionKind('a function of the error'),
};

/** A function with all that holds for its calls. */
export interface GuardedTool<This, Args extends unknown[], Result> {
  readonly name: string;
  readonly work: (this: This, ...args: Args) => Result | PromiseLike<Result>;
  readonly settings: ToolSettings;
  readonly readOnly: boolean;
  readonly maxRetries: number;
  readonly cost: GuardOptions<Args, Result>['cost'];
  /** Nobody said what a call is going to cost, only what it did. */
  readonly learnsCost: boolean;
  readonly compensate: GuardOptions<Args, Result>['compensate'];
  readonly unknownIf: ((error: unknown) => boolean) | undefined;
}

/** Reads the options of a function to be guarded. Throws a ConfigurationError that names what is wrong. */
export function guardedTool<This, Args extends unknown[], Result>(
  work: (this: This, ...args: Args) => Result | PromiseLike<Result>,
  options: GuardOptions<Args, Result>,
  limits: Limits,
): GuardedTool<This, Args, Result> {
  if (!isFunction(work)) {
    throw new ConfigurationError(`guard: found ${typeof work}, allowed is a function`);
  }
  const given = readOptions('guard', options, guardShape);
  const { cost, compensate, unknownIf } = options;
  const price =
    typeof cost === 'number' ? readOptions('guard', { estimatedCost: cost }, guardShape) : {};
  const section = { ...given, estimated_cost: given.estimated_cost ?? price.estimated_cost };
  const settings = resolveTools(new Map([['*', section]]), limits.general)('');
  return {
    name: toolNameOf(work, given.name, settings.sideEffect),
    work,
    settings,
    readOnly: given.read_only === true,
    // What may have happened must not happen again.
    maxRetries: settings.sideEffect ? 0 : (given.max_retries ?? limits.maxRetries),
    cost,
    learnsCost: typeof cost === 'function' && given.estimated_cost === undefined,
    compensate,
    unknownIf,
  };
}
