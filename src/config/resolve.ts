import { dirname } from 'node:path';
import {
  DEFAULTS,
  LOOP_DEFAULTS,
  PROXY_DEFAULTS,
  PROXY_ONLY_DEFAULTS,
  PROXY_TRACE,
} from './defaults.js';
import { overlay } from './overlay.js';
import { resolvePath } from './paths.js';
import { resolveTools } from './resolve-tools.js';
import type { DefaultsSection, FileSettings, LoopSection, ProxySection } from './schema.js';
import type {
  LoopSettings,
  Micros,
  ModelPrice,
  OnLoop,
  ProxySettings,
  Settings,
} from './settings.js';

/** Who reads the settings; the two have other defaults, and only the proxy reads `[proxy]` limits. */
export type SettingsKind = 'proxy' | 'library';

/** What the environment and the command line set; paths are absolute. */
export interface Overrides {
  readonly maxCostPerRun?: Micros | undefined;
  readonly maxIterations?: number | undefined;
  readonly trace?: string | undefined;
  readonly tripLog?: string | undefined;
  readonly shadow?: true | undefined;
  readonly token?: string | undefined;
}

export interface Layers {
  readonly kind: SettingsKind;
  /** What `fuze.toml` says, and its absolute path; undefined when there is none. */
  readonly file: { readonly path: string; readonly values: FileSettings } | undefined;
  readonly env: Overrides;
  readonly flags: Overrides;
  readonly cwd: string;
  readonly home: string;
}

type Paths = (written: string) => string;

function onLoopOf(section: DefaultsSection | undefined): { readonly on_loop: OnLoop | undefined } {
  const old = section?.kill_on_loop;
  const renamed = old === undefined ? undefined : old ? 'kill' : 'warn';
  return { on_loop: section?.on_loop ?? renamed };
}

function resolveLoop(section: LoopSection | undefined): LoopSettings {
  const renamed = { max_flat_steps: section?.max_flat_steps ?? section?.progress_window };
  const loop = overlay(LOOP_DEFAULTS, section, renamed);
  return Object.freeze({
    windowSize: loop.window_size,
    repeatThreshold: loop.repeat_threshold,
    repeatOn: loop.repeat_on,
    maxFlatSteps: loop.max_flat_steps,
    sequenceMaxPeriod: loop.sequence_max_period,
    sequenceRepeats: loop.sequence_repeats,
    similarityThreshold: loop.similarity_threshold,
    costVelocityWindow: loop.cost_velocity_window * 1_000,
    costVelocityThreshold: loop.cost_velocity_threshold,
    maxSkips: loop.max_skips,
    errorThreshold: loop.error_threshold,
    errorCooldown: loop.error_cooldown,
  });
}

/** `trace = true` takes the `trace_output` written in `[proxy]`, so that this key is not without effect there. */
function traceOf(written: string | boolean, section: ProxySection | undefined, inFile: Paths) {
  if (written === false) return undefined;
  return inFile(written === true ? (section?.trace_output ?? PROXY_TRACE) : written);
}

function resolveProxy(layers: Layers, inFile: Paths): ProxySettings {
  const { env, flags } = layers;
  const section = layers.file?.values.proxy;
  const proxy = overlay(PROXY_ONLY_DEFAULTS, section);
  const log = layers.file?.values.trip?.log ?? '';
  return Object.freeze({
    onKill: proxy.on_kill,
    runIdle: proxy.run_idle,
    refuseWith: proxy.refuse_with,
    trace: flags.trace ?? traceOf(proxy.trace, section, inFile),
    capture: proxy.capture,
    redact: proxy.redact,
    maxMessageBytes: proxy.max_message_bytes,
    tripLog: flags.tripLog ?? env.tripLog ?? (log === '' ? undefined : inFile(log)),
    token: flags.token ?? env.token ?? proxy.token,
    runHeader: proxy.run_header,
    maxSessions: proxy.max_sessions,
    sessionIdle: proxy.session_idle,
  });
}

function resolvePrices(values: FileSettings): Settings['providers'] {
  // Without a prototype, so that no model is called `constructor` by accident.
  const prices: Record<string, ModelPrice> = Object.create(null);
  for (const [model, price] of values.providers ?? []) prices[model] = Object.freeze(price);
  return Object.freeze(prices);
}

/**
 * Lays the layers over each other; the last wins: built-in defaults, those of the proxy, `[defaults]`, `[proxy]`,
 * environment, command line. The library reads neither the limits nor the tool sections of `[proxy]`.
 */
export function resolveSettings(layers: Layers): Settings {
  const { kind, file, flags, cwd, home } = layers;
  const values: FileSettings = file?.values ?? {};
  const forProxy = kind === 'proxy' ? values.proxy : undefined;
  const general = overlay(
    DEFAULTS,
    kind === 'proxy' ? PROXY_DEFAULTS : undefined,
    values.defaults,
    onLoopOf(values.defaults),
    forProxy,
    onLoopOf(forProxy),
    { max_cost_per_run: flags.maxCostPerRun, max_iterations: flags.maxIterations },
  );
  const folder = file === undefined ? cwd : dirname(file.path);
  const inFile: Paths = (written) => resolvePath(written, folder, home);
  const loop = resolveLoop(values.loop_detection);
  return Object.freeze({
    guard: Object.freeze({
      maxCostPerStep: general.max_cost_per_step,
      maxCostPerRun: general.max_cost_per_run,
      chargeFailed: general.charge_failed,
      maxTokens: general.max_tokens,
      maxIterations: general.max_iterations,
      maxCallsPerMinute: forProxy?.max_calls_per_minute ?? 0,
      shadow: flags.shadow ?? forProxy?.shadow ?? false,
      loop,
      tool: resolveTools(forProxy?.tools ?? new Map(), {
        timeout: general.timeout,
        onLoop: general.on_loop,
        ignoreArgs: values.loop_detection?.ignore_args ?? LOOP_DEFAULTS.ignore_args,
      }),
    }),
    proxy: resolveProxy(layers, inFile),
    library: Object.freeze({
      maxRetries: general.max_retries,
      // That of [proxy] names the proxy's trace.
      traceOutput: inFile(values.defaults?.trace_output ?? DEFAULTS.trace_output),
    }),
    providers: resolvePrices(values),
    file: file?.path,
  });
}
