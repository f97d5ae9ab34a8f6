import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Flags } from '../../src/config/flags.js';
import { loadSettings } from '../../src/config/load.js';
import { ConfigError } from '../../src/config/problems.js';
import type { Settings } from '../../src/config/settings.js';
import { tempFolder } from './temp-folder.js';

interface Case {
  readonly toml?: string;
  readonly flags?: Flags;
  readonly env?: NodeJS.ProcessEnv;
  readonly kind?: 'proxy' | 'library';
}

/** Loads with a `fuze.toml` in `<root>/project` (none without `toml`) and the working directory `<root>/project/cwd`. */
function load({ toml, flags = {}, env = {}, kind = 'proxy' }: Case): Settings & { root: string } {
  const files = toml === undefined ? {} : { 'project/fuze.toml': toml };
  const root = tempFolder({ 'project/cwd/.keep': '', ...files });
  const cwd = join(root, 'project/cwd');
  return { ...loadSettings({ kind, flags, env, cwd, home: join(root, 'home') }), root };
}

function problemsOf(input: Case): string[] {
  try {
    load(input);
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.problems.map(({ source, key, text }) => `${source}: ${key}: ${text}`);
    }
    throw error;
  }
  return [];
}

describe('defaults', () => {
  it('are those of the proxy or of the library', () => {
    expect(load({}).guard).toMatchObject({ maxIterations: 250, maxCostPerRun: 10_000_000 });
    expect(load({}).guard.tool('x').onLoop).toBe('skip');
    const library = load({ kind: 'library' });
    expect(library.guard).toMatchObject({ maxIterations: 25, maxCostPerRun: 10_000_000 });
    expect(library.guard.tool('x').onLoop).toBe('kill');
    expect(library.file).toBeUndefined();
  });

  it('of the proxy give way to a written [defaults]', () => {
    const { guard } = load({ toml: '[defaults]\nmax_iterations = 25\non_loop = "kill"' });
    expect(guard.maxIterations).toBe(25);
    expect(guard.tool('x').onLoop).toBe('kill');
  });
});

describe('precedence', () => {
  const defaults = 'defaults.max_cost_per_run = 1\ndefaults.max_iterations = 1\n';
  const proxy = 'proxy.max_cost_per_run = 2\nproxy.max_iterations = 2\n';
  const flags = { maxCost: '3', maxIterations: '3' };
  it.each([
    ['built in', {}, 10_000_000, 250],
    ['[defaults]', { toml: defaults }, 1_000_000, 1],
    ['[proxy]', { toml: defaults + proxy }, 2_000_000, 2],
    ['the command line', { toml: defaults + proxy, flags }, 3_000_000, 3],
    ['[defaults] for the library', { toml: defaults + proxy, kind: 'library' }, 1_000_000, 1],
  ] as const)('%s', (_layer, input, maxCostPerRun, maxIterations) => {
    expect(load(input).guard).toMatchObject({ maxCostPerRun, maxIterations });
  });

  it.each([
    ['[trip]', { toml: 'trip.log = "file.json"' }, 'project/file.json'],
    [
      'environment',
      { toml: 'trip.log = "f"', env: { FUSEGUARD_TRIP_LOG: 'env.json' } },
      'project/cwd/env.json',
    ],
    [
      'command line',
      { env: { FUSEGUARD_TRIP_LOG: 'env.json' }, flags: { tripLog: 'flag.json' } },
      'project/cwd/flag.json',
    ],
    ['an empty variable', { toml: 'trip.log = "f"', env: { FUSEGUARD_TRIP_LOG: '' } }, 'project/f'],
    ['home', { toml: 'trip.log = "~/f"' }, 'home/f'],
  ])('of the trip log: %s', (_layer, input, expected) => {
    const { root, proxy } = load(input);
    expect(proxy.tripLog).toBe(join(root, expected));
  });

  it('of the token: file, environment, command line', () => {
    const toml = 'proxy.token = "file"';
    expect(load({}).proxy.token).toBe('');
    expect(load({ toml }).proxy.token).toBe('file');
    expect(load({ toml, env: { FUZE_TOKEN: '' } }).proxy.token).toBe('file');
    expect(load({ toml, env: { FUZE_TOKEN: 'env' } }).proxy.token).toBe('env');
    const flags = { token: 'flag', listen: '0' };
    expect(load({ toml, env: { FUZE_TOKEN: 'env' }, flags }).proxy.token).toBe('flag');
  });

  it.each<[string, Case, string | undefined]>([
    ['nothing', {}, undefined],
    ['false', { toml: 'proxy.trace = false' }, undefined],
    ['true', { toml: 'proxy.trace = true' }, 'project/fuze-proxy-traces.jsonl'],
    ['a path', { toml: 'proxy.trace = "t/x.jsonl"' }, 'project/t/x.jsonl'],
    ['an absolute path', { toml: 'proxy.trace = "/t/x.jsonl"' }, '/t/x.jsonl'],
    [
      'true beside trace_output',
      { toml: 'proxy.trace = true\nproxy.trace_output = "y.jsonl"' },
      'project/y.jsonl',
    ],
    [
      'true beside the trace_output of [defaults]',
      { toml: 'proxy.trace = true\ndefaults.trace_output = "y.jsonl"' },
      'project/fuze-proxy-traces.jsonl',
    ],
    ['--trace', { toml: '', flags: { trace: true } }, 'project/cwd/fuze-proxy-traces.jsonl'],
    ['--trace over a path', { toml: 'proxy.trace = "a"', flags: { trace: 'b' } }, 'project/cwd/b'],
  ])('of the trace: %s', (_layer, input, expected) => {
    const { root, proxy } = load(input);
    const absolute = expected?.startsWith('/') ? expected : join(root, expected ?? '');
    expect(proxy.trace).toBe(expected === undefined ? undefined : absolute);
  });

  it('of shadow: file, command line; never for the library', () => {
    expect(load({}).guard.shadow).toBe(false);
    expect(load({ toml: 'proxy.shadow = true' }).guard.shadow).toBe(true);
    expect(load({ flags: { shadow: true } }).guard.shadow).toBe(true);
    expect(load({ toml: 'proxy.shadow = true', flags: { shadow: false } }).guard.shadow).toBe(true);
    expect(load({ toml: 'proxy.shadow = true', kind: 'library' }).guard.shadow).toBe(false);
  });

  it.each([
    ['defaults.kill_on_loop = true', 'kill'],
    ['defaults.kill_on_loop = false', 'warn'],
    ['defaults.kill_on_loop = false\nproxy.on_loop = "kill"', 'kill'],
    ['defaults.on_loop = "kill"\nproxy.kill_on_loop = false', 'warn'],
  ])('of on_loop by its old name: %j', (toml, onLoop) => {
    expect(load({ toml }).guard.tool('x').onLoop).toBe(onLoop);
  });
});

describe('every key', () => {
  it('of [defaults] and [loop_detection] lands in its place', () => {
    const { guard, library, root } = load({
      kind: 'library',
      toml: `[defaults]
max_retries = 1
timeout = "2s"
max_cost_per_step = 0.03
max_cost_per_run = 0.04
charge_failed = false
max_tokens = 5
max_iterations = 6
on_loop = "warn"
trace_output = "seven"
[loop_detection]
window_size = 8
repeat_threshold = 9
repeat_on = "args"
ignore_args = ["ten"]
progress_window = 11
sequence_max_period = 12
sequence_repeats = 13
similarity_threshold = 0.14
cost_velocity_window = 15
cost_velocity_threshold = 16
max_skips = 17
error_threshold = 18
error_cooldown = "19s"`,
    });
    expect(library).toEqual({ maxRetries: 1, traceOutput: join(root, 'project/seven') });
    expect(guard).toMatchObject({
      maxCostPerStep: 30_000,
      maxCostPerRun: 40_000,
      chargeFailed: false,
      maxTokens: 5,
      maxIterations: 6,
    });
    expect(guard.tool('any')).toMatchObject({
      timeout: 2_000,
      onLoop: 'warn',
      ignoreArgs: ['ten'],
    });
    expect(guard.loop).toEqual({
      windowSize: 8,
      repeatThreshold: 9,
      repeatOn: 'args',
      maxFlatSteps: 11,
      sequenceMaxPeriod: 12,
      sequenceRepeats: 13,
      similarityThreshold: 0.14,
      costVelocityWindow: 15_000,
      costVelocityThreshold: 16_000_000,
      maxSkips: 17,
      errorThreshold: 18,
      errorCooldown: 19_000,
    });
  });

  it('of [proxy], [trip] and [providers] lands in its place', () => {
    const { guard, proxy, providers, file, root } = load({
      toml: `[proxy]
on_kill = "disconnect"
max_calls_per_minute = 1
run_idle = "2s"
refuse_with = "error"
trace = "three"
capture = "hash"
redact = ["four"]
max_message_bytes = 5
shadow = true
token = "six"
run_header = "X-Seven"
max_sessions = 8
session_idle = "9s"
[trip]
log = "ten"
[providers]
"a/b" = { input = 0.0025, output = 0.010 }
constructor = { input = 0, output = 0 }`,
    });
    expect(guard).toMatchObject({ maxCallsPerMinute: 1, shadow: true });
    expect(proxy).toEqual({
      onKill: 'disconnect',
      runIdle: 2_000,
      refuseWith: 'error',
      trace: join(root, 'project/three'),
      capture: 'hash',
      redact: ['four'],
      maxMessageBytes: 5,
      tripLog: join(root, 'project/ten'),
      token: 'six',
      runHeader: 'x-seven',
      maxSessions: 8,
      sessionIdle: 9_000,
    });
    expect(Object.entries(providers)).toEqual([
      ['a/b', { input: 2_500, output: 10_000 }],
      ['constructor', { input: 0, output: 0 }],
    ]);
    expect(providers.toString).toBeUndefined();
    expect(file).toBe(join(root, 'project/fuze.toml'));
  });

  it('of a tool lands in its place', () => {
    const { guard } = load({
      toml: `[proxy.tools.execute]
estimated_cost = 0.05
side_effect = true
dedupe = "24h"
idempotency_args = ["order_id"]
max_calls_per_run = 0
max_calls_per_minute = 2
timeout = "10s"
on_loop = "kill"
ignore_args = ["request_id"]
loop_checks = false`,
    });
    expect(guard.tool('execute')).toEqual({
      estimatedCost: 50_000,
      sideEffect: true,
      dedupe: 86_400_000,
      idempotencyArgs: ['order_id'],
      maxCallsPerRun: 0,
      maxCallsPerMinute: 2,
      timeout: 10_000,
      onLoop: 'kill',
      ignoreArgs: ['request_id'],
      loopChecks: false,
    });
  });
});

describe('tool sections', () => {
  const toml = `[defaults]
timeout = "1s"
[loop_detection]
ignore_args = ["a"]
[proxy]
timeout = "2s"
max_calls_per_minute = 9
[proxy.tools."*"]
timeout = "3s"
estimated_cost = 1
[proxy.tools.own]
max_calls_per_run = 4
ignore_args = []`;

  it('take the general settings where they are silent, and nothing from "*"', () => {
    expect(load({ toml }).guard.tool('own')).toEqual({
      estimatedCost: 0,
      sideEffect: false,
      dedupe: 'run',
      idempotencyArgs: undefined,
      maxCallsPerRun: 4,
      maxCallsPerMinute: 0,
      timeout: 2_000,
      onLoop: 'skip',
      ignoreArgs: [],
      loopChecks: true,
    });
  });

  it('"*" is for every tool without a section, whatever its name', () => {
    const { guard } = load({ toml });
    for (const name of ['other', '', '*', '__proto__', 'constructor', 'hasOwnProperty']) {
      expect(guard.tool(name)).toMatchObject({ timeout: 3_000, estimatedCost: 1_000_000 });
      expect(guard.tool(name)).toBe(guard.tool('other'));
    }
    expect(guard.tool('other').ignoreArgs).toEqual(['a']);
  });

  it('can have the names of members that every object has', () => {
    const odd = '[proxy.tools.__proto__]\ntimeout = 5\n[proxy.tools.constructor]\ntimeout = 6';
    const { guard } = load({ toml: odd });
    expect(guard.tool('__proto__').timeout).toBe(5);
    expect(guard.tool('constructor').timeout).toBe(6);
    expect(guard.tool('toString').timeout).toBe(30_000);
  });

  it('do not reach the library', () => {
    const { guard } = load({ toml, kind: 'library' });
    expect(guard.tool('own')).toMatchObject({ timeout: 1_000, maxCallsPerRun: undefined });
    expect(guard.tool('other')).toMatchObject({ timeout: 1_000, estimatedCost: 0 });
    expect(guard.maxCallsPerMinute).toBe(0);
  });
});

describe('command line and environment', () => {
  const usd = 'allowed is a number of US dollars, 0 to 9007199254';
  it.each<[Flags, string]>([
    [{ maxCost: 'abc' }, `--max-cost: found "abc", ${usd}`],
    [{ maxCost: '' }, `--max-cost: found "", ${usd}`],
    [{ maxCost: ' 1' }, `--max-cost: found " 1", ${usd}`],
    [{ maxCost: 'NaN' }, `--max-cost: found "NaN", ${usd}`],
    [{ maxCost: 'Infinity' }, `--max-cost: found "Infinity", ${usd}`],
    [{ maxCost: '0x10' }, `--max-cost: found "0x10", ${usd}`],
    [{ maxCost: '1e999' }, `--max-cost: found inf, ${usd}`],
    [{ maxCost: '-1' }, `--max-cost: found -1, ${usd}`],
    [{ maxIterations: '2.5' }, '--max-iterations: found 2.5, allowed is a whole number, 0 or more'],
    [{ maxIterations: '5x' }, '--max-iterations: found "5x", allowed is a whole number, 0 or more'],
    [{ trace: '' }, '--trace: found "", allowed is anything not empty'],
    [{ tripLog: '' }, '--trip-log: found "", allowed is anything not empty'],
    [{ token: '', listen: '0' }, '--token: found "", allowed is anything not empty'],
    [
      { token: 'a b', listen: '0' },
      '--token: found a value not shown here, allowed is printable ASCII',
    ],
    [{ token: 'x' }, '--token: is for the clients of --listen'],
    [{ config: 'missing.toml' }, '--config: found "missing.toml", allowed is the path of a file'],
  ])('%j is refused', (flags, said) => {
    const problems = problemsOf({ flags });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`command line: ${said}`);
  });

  it.each([
    ['0', 0],
    ['.5', 500_000],
    ['1.', 1_000_000],
    ['1e-1', 100_000],
    ['+2', 2_000_000],
  ])('--max-cost %s is %d micro-dollars', (maxCost, micros) => {
    expect(load({ flags: { maxCost } }).guard.maxCostPerRun).toBe(micros);
  });

  it('problems are told together with those of the file', () => {
    const input = {
      toml: 'defaults.timeout = 0\nzzz = 1',
      flags: { maxCost: 'abc', maxIterations: '-1' },
      env: { FUZE_TOKEN: 'a b', FUSEGUARD_TRIP_LOG: '\0' },
    };
    const keys = problemsOf(input).map((line) => line.split(': ')[1]);
    expect(keys).toEqual([
      '--max-cost',
      '--max-iterations',
      'FUSEGUARD_TRIP_LOG',
      'FUZE_TOKEN',
      'defaults.timeout',
      'zzz',
    ]);
    expect(problemsOf(input).join()).not.toContain('a b');
    expect(() => load(input)).toThrow(/^6 problems in the configuration:\n {2}command line: --max/);
  });

  it('one problem is one line after the heading', () => {
    expect(() => load({ flags: { maxCost: 'abc' } })).toThrow(
      /^a problem in the configuration:\n {2}command line: --max-cost: found "abc", [^\n]*$/,
    );
  });
});
