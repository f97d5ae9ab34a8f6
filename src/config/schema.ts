import {
  type Issue,
  issuesUnder,
  type Kind,
  optional,
  readShape,
  type Shape,
  type ValueOf,
  type Values,
} from './kind.js';
import * as kind from './value-kinds.js';

/** Above these a window or a cycle would cost memory and time at every call. */
const LARGEST_WINDOW = 100_000;
const LARGEST_CYCLE = 1_000;

export const defaultsShape = {
  max_retries: kind.count(0),
  timeout: kind.duration,
  max_cost_per_step: kind.usd,
  max_cost_per_run: kind.usd,
  charge_failed: kind.flag,
  max_tokens: kind.count(0),
  max_iterations: kind.count(0),
  on_loop: kind.oneOf('kill', 'skip', 'warn'),
  /** Old name of `on_loop`. */
  kill_on_loop: kind.flag,
  trace_output: kind.path,
};

export const loopShape = {
  window_size: kind.count(1, LARGEST_WINDOW),
  repeat_threshold: kind.count(2),
  repeat_on: kind.oneOf('args+result', 'args'),
  ignore_args: kind.names(0),
  max_flat_steps: kind.count(2),
  /** Old name of `max_flat_steps`. */
  progress_window: kind.count(2),
  sequence_max_period: kind.count(2, LARGEST_CYCLE),
  sequence_repeats: kind.count(2, LARGEST_CYCLE),
  similarity_threshold: kind.numberWithin(0, 1, 'a number, 0 to 1'),
  cost_velocity_window: kind.count(1, 86_400),
  cost_velocity_threshold: kind.usd,
  max_skips: kind.count(1),
  error_threshold: kind.count(0),
  error_cooldown: kind.duration,
};

export const toolShape = {
  estimated_cost: kind.usd,
  side_effect: kind.flag,
  dedupe: kind.dedupe,
  idempotency_args: kind.names(1),
  max_calls_per_run: kind.count(0),
  max_calls_per_minute: kind.count(0),
  timeout: kind.duration,
  on_loop: kind.oneOf('kill', 'skip', 'warn'),
  ignore_args: kind.names(0),
  loop_checks: kind.flag,
};

/** `[proxy]` takes every key of `[defaults]` too. */
export const proxyShape = {
  ...defaultsShape,
  on_kill: kind.oneOf('refuse', 'disconnect'),
  max_calls_per_minute: kind.count(0),
  run_idle: kind.duration,
  refuse_with: kind.oneOf('result', 'error'),
  trace: kind.switchOrPath,
  capture: kind.oneOf('full', 'hash'),
  redact: kind.names(0),
  // A message is held as one string, and 2^29 - 24 characters are the most that V8 puts into one.
  max_message_bytes: kind.count(1, 536_870_888),
  shadow: kind.flag,
  token: kind.bearerToken,
  run_header: kind.headerName,
  max_sessions: kind.count(1, 100_000),
  session_idle: kind.duration,
};

export const tripShape = { log: kind.pathOrEmpty };

export const priceShape = { input: kind.requiredUsd, output: kind.requiredUsd };

/** A table whose keys are all known. */
function section<S extends Shape>(shape: S): Kind<Values<S>> {
  return (value) => {
    const found = kind.table(value);
    if (!('value' in found)) return found;
    const reading = readShape(shape, found.value);
    const unknown = Object.keys(found.value).filter((key) => !Object.hasOwn(shape, key));
    if (unknown.length === 0) return reading;
    const issues = 'value' in reading ? [] : reading.issues;
    return { issues: [...issues, { path: [], message: '', unknown }] };
  };
}

/** A table of sections under names of the user's choice. */
function named<T>(entry: Kind<T>): Kind<ReadonlyMap<string, T>> {
  return (value) => {
    const found = kind.table(value);
    if (!('value' in found)) return found;
    const sections = new Map<string, T>();
    const issues: Issue[] = [];
    for (const [name, content] of Object.entries(found.value)) {
      const reading = entry(content);
      if ('value' in reading) sections.set(name, reading.value);
      issues.push(...issuesUnder(name, reading));
    }
    return issues.length === 0 ? { value: sections } : { issues };
  };
}

const defaultsSection = section(defaultsShape);
const loopSection = section(loopShape);
const toolSection = section(toolShape);
const proxySection = section({ ...proxyShape, tools: optional(named(toolSection)) });

/** The whole of `fuze.toml`: strict, in its own spelling; dollars come out as micro-dollars, durations as milliseconds. */
export const fileSchema = section({
  defaults: optional(defaultsSection),
  loop_detection: optional(loopSection),
  proxy: optional(proxySection),
  trip: optional(section(tripShape)),
  providers: optional(named(section(priceShape))),
});

export type DefaultsSection = ValueOf<typeof defaultsSection>;
export type LoopSection = ValueOf<typeof loopSection>;
export type ProxySection = ValueOf<typeof proxySection>;
export type ToolSection = ValueOf<typeof toolSection>;
export type FileSettings = ValueOf<typeof fileSchema>;
