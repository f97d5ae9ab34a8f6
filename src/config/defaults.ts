import type { DefaultsSection, LoopSection, ProxySection } from './schema.js';

type Filled<T, Left extends keyof T = never> = {
  readonly [K in Exclude<keyof T, Left>]-?: Exclude<T[K], undefined>;
};

/** `[defaults]` where the user wrote nothing: micro-dollars and milliseconds. Old names have no default of their own. */
export const DEFAULTS: Filled<DefaultsSection, 'kill_on_loop'> = {
  max_retries: 3,
  timeout: 30_000,
  max_cost_per_step: 1_000_000,
  max_cost_per_run: 10_000_000,
  charge_failed: true,
  max_tokens: 0,
  max_iterations: 25,
  on_loop: 'kill',
  trace_output: './fuze-traces.jsonl',
};

/** What differs for the proxy, which sits in a person's own session; gives way to a written `[defaults]`. */
export const PROXY_DEFAULTS = { max_iterations: 250, on_loop: 'skip' } as const;

export const LOOP_DEFAULTS: Filled<LoopSection, 'progress_window'> = {
  window_size: 5,
  repeat_threshold: 3,
  repeat_on: 'args+result',
  ignore_args: [],
  max_flat_steps: 4,
  sequence_max_period: 4,
  sequence_repeats: 3,
  similarity_threshold: 0.6,
  // Seconds, as in the file.
  cost_velocity_window: 60,
  cost_velocity_threshold: 1_000_000,
  max_skips: 50,
  error_threshold: 5,
  error_cooldown: 30_000,
};

/** The keys that `[proxy]` has beside those of `[defaults]`. */
export const PROXY_ONLY_DEFAULTS: Filled<ProxySection, keyof DefaultsSection | 'tools'> = {
  on_kill: 'refuse',
  max_calls_per_minute: 0,
  run_idle: 300_000,
  refuse_with: 'result',
  trace: false,
  capture: 'full',
  redact: [
    'password',
    'passwd',
    'secret',
    'token',
    'api_key',
    'apikey',
    'authorization',
    'cookie',
    'private_key',
  ],
  max_message_bytes: 67_108_864,
  shadow: false,
  token: '',
  run_header: '',
  max_sessions: 64,
  session_idle: 1_800_000,
};

/** The trace of `trace = true`. */
export const PROXY_TRACE = './fuze-proxy-traces.jsonl';
