import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/config/problems.js';
import { parseTomlText, readTomlFile } from '../../src/config/toml-file.js';
import { tempFolder } from './temp-folder.js';

function problemsOf(text: string): string[] {
  const result = parseTomlText(text, 'fuze.toml');
  return 'problems' in result ? result.problems.map(formatProblem) : [];
}

const USD = 'a number of US dollars, 0 to 9007199254';
const DURATION =
  'a duration such as "250ms", "30s", "2m", "1h" or a number of milliseconds, above 0 and at most 2147483647 ms (24 days)';

describe('wrong values', () => {
  it.each([
    ['defaults', 'max_cost_per_run', 'nan', `found nan, allowed is ${USD}`],
    ['defaults', 'max_cost_per_run', '-inf', `found -inf, allowed is ${USD}`],
    ['defaults', 'max_cost_per_run', '-0.01', `found -0.01, allowed is ${USD}`],
    ['defaults', 'max_cost_per_run', '1e10', `found 10000000000, allowed is ${USD}`],
    ['defaults', 'max_cost_per_run', '"1"', `found "1", allowed is ${USD}`],
    ['defaults', 'max_cost_per_run', '1979-05-27', `allowed is ${USD}`],
    ['defaults', 'timeout', '"30"', `found "30", allowed is ${DURATION}`],
    ['defaults', 'timeout', '0', `found 0, allowed is ${DURATION}`],
    ['defaults', 'timeout', '"0s"', `found "0s", allowed is ${DURATION}`],
    ['defaults', 'timeout', 'inf', `found inf, allowed is ${DURATION}`],
    ['defaults', 'timeout', '2147483648', `found 2147483648, allowed is ${DURATION}`],
    ['defaults', 'timeout', 'true', `found true, allowed is ${DURATION}`],
    ['defaults', 'max_iterations', '2.5', 'found 2.5, allowed is a whole number, 0 or more'],
    ['defaults', 'max_iterations', '-1', 'found -1, allowed is a whole number, 0 or more'],
    ['defaults', 'max_iterations', '-2.5', 'found -2.5, allowed is a whole number, 0 or more'],
    ['defaults', 'max_iterations', '9223372036854775807', 'found 9223372036854775807, allowed is'],
    ['defaults', 'max_iterations', 'nan', 'found nan, allowed is a whole number, 0 or more'],
    ['defaults', 'charge_failed', '"yes"', 'found "yes", allowed is true or false'],
    ['defaults', 'on_loop', '"stop"', 'found "stop", allowed is "kill" or "skip" or "warn"'],
    ['defaults', 'trace_output', '""', 'found "", allowed is a path'],
    ['defaults', 'trace_output', '"a\\u0000b"', 'allowed is a path'],
    ['loop_detection', 'window_size', '0', 'found 0, allowed is a whole number, 1 to 100000'],
    ['loop_detection', 'window_size', '100001', 'found 100001, allowed is a whole number, 1 to'],
    ['loop_detection', 'repeat_threshold', '1', 'found 1, allowed is a whole number, 2 or more'],
    ['loop_detection', 'sequence_max_period', '1', 'found 1, allowed is a whole number, 2 to 1000'],
    ['loop_detection', 'sequence_repeats', '1', 'found 1, allowed is a whole number, 2 to 1000'],
    ['loop_detection', 'max_flat_steps', '1', 'found 1, allowed is a whole number, 2 or more'],
    ['loop_detection', 'max_skips', '0', 'found 0, allowed is a whole number, 1 or more'],
    ['loop_detection', 'similarity_threshold', '1.01', 'found 1.01, allowed is a number, 0 to 1'],
    ['loop_detection', 'similarity_threshold', '-0.01', 'found -0.01, allowed is a number, 0 to 1'],
    ['loop_detection', 'similarity_threshold', 'nan', 'found nan, allowed is a number, 0 to 1'],
    ['loop_detection', 'cost_velocity_window', '0', 'found 0, allowed is a whole number, 1 to'],
    ['loop_detection', 'ignore_args', '"a"', 'found "a", allowed is an array of names'],
    [
      'loop_detection',
      'repeat_on',
      '"result"',
      'found "result", allowed is "args+result" or "args"',
    ],
    ['proxy', 'trace', '1', 'found 1, allowed is true, false or a path'],
    ['proxy', 'trace', '""', 'found "", allowed is true, false or a path'],
    ['proxy', 'redact', '{}', 'found a table, allowed is an array of names'],
    ['proxy', 'run_header', '"x y"', 'found "x y", allowed is the name of a request header'],
    ['proxy', 'max_message_bytes', '0', 'found 0, allowed is a whole number, 1 to 536870888'],
    ['proxy', 'max_message_bytes', '536870889', 'allowed is a whole number, 1 to 536870888'],
    ['proxy', 'max_sessions', '0', 'found 0, allowed is a whole number, 1 to 100000'],
    ['proxy', 'tools', '5', 'found 5, allowed is a table'],
    ['proxy', 'tools', '[{}]', 'found an array of 1, allowed is a table'],
    ['proxy.tools.x', 'dedupe', '"never"', 'found "never", allowed is "run", "off" or a duration'],
    ['proxy.tools.x', 'dedupe', '"0s"', 'found "0s", allowed is "run", "off" or a duration'],
    ['proxy.tools.x', 'idempotency_args', '[]', 'allowed is an array of one or more names'],
    ['trip', 'log', 'false', 'found false, allowed is a path, or "" for none'],
  ])('[%s] %s = %s', (section, key, value, said) => {
    const problems = problemsOf(`# line 1\n[${section}]\n${key} = ${value}`);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`fuze.toml:3: ${section}.${key}: `);
    expect(problems[0]).toContain(said);
  });

  it.each([
    ['defaults.max_cost_per_run', '9007199254'],
    ['defaults.max_cost_per_run', '0'],
    ['defaults.timeout', '2147483647'],
    ['defaults.timeout', '1'],
    ['defaults.max_iterations', '0'],
    ['defaults.max_iterations', '25.0'],
    ['loop_detection.window_size', '1'],
    ['loop_detection.window_size', '100000'],
    ['loop_detection.repeat_threshold', '2'],
    ['loop_detection.sequence_max_period', '2'],
    ['loop_detection.max_flat_steps', '2'],
    ['loop_detection.max_skips', '1'],
    ['loop_detection.similarity_threshold', '0'],
    ['loop_detection.similarity_threshold', '1'],
    ['loop_detection.error_threshold', '0'],
    ['proxy.max_message_bytes', '536870888'],
    ['proxy.run_header', '""'],
    ['proxy.run_header', '"X-Run.Id"'],
    ['proxy.tools.x.dedupe', '"720h"'],
    ['proxy.tools.x.max_calls_per_run', '0'],
    ['proxy.tools.x.idempotency_args', '["a"]'],
  ])('%s = %s is allowed', (key, value) => {
    expect(problemsOf(`${key} = ${value}`)).toEqual([]);
  });

  it('names the element of an array, in its own line', () => {
    expect(problemsOf('[proxy]\nredact = [\n  "a",\n  5,\n]')).toEqual([
      'fuze.toml:4: proxy.redact[1]: found 5, allowed is a name in quotes',
    ]);
  });

  it('does not take a date for an empty table', () => {
    expect(problemsOf('proxy = 1979-05-27')[0]).toContain('allowed is a table');
    expect(problemsOf('[proxy.tools]\nx = 1979-05-27')[0]).toContain('allowed is a table');
  });

  it('misses the half of a price at the price', () => {
    expect(problemsOf('[providers]\n"a/b" = { input = 1 }')).toEqual([
      `fuze.toml:2: providers."a/b".output: found nothing, allowed is ${USD}`,
    ]);
  });

  it('checks sections under names that objects have already', () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      const text = `[proxy.tools.${name}]\ntimeout = 0\n[providers.${name}]\ninput = 1\noutput = -1`;
      expect(problemsOf(text)).toEqual([
        expect.stringContaining(`fuze.toml:2: proxy.tools.${name}.timeout: found 0`),
        expect.stringContaining(`fuze.toml:5: providers.${name}.output: found -1`),
      ]);
    }
  });

  it('shows no token, and cuts long values', () => {
    const [token, long] = problemsOf(
      `proxy.token = "s3cr t"\ndefaults.on_loop = "${'x'.repeat(500)}"`,
    );
    expect(token).toContain(
      'proxy.token: found a value not shown here, allowed is printable ASCII',
    );
    expect(token).not.toContain('s3cr');
    expect(long?.length).toBeLessThan(200);
  });
});

describe('unknown keys', () => {
  it.each([
    ['[proxi]', 'proxi', 'unknown key; the nearest known one is "proxy"'],
    ['[daemon]', 'daemon', 'known here are defaults, loop_detection, proxy, trip, providers'],
    ['[policy]', 'policy', 'unknown key; known here are'],
    ['[approval]', 'approval', 'unknown key; known here are'],
    ['[cloud]', 'cloud', 'unknown key; known here are'],
    ['[project]', 'project', 'unknown key'],
    ['[compliance]', 'compliance', 'unknown key; known here are'],
    ['timeout = 1', 'timeout', 'it belongs in [defaults] or [proxy] or [proxy.tools.<name>]'],
    ['defaults.timeuot = 1', 'defaults.timeuot', 'the nearest known one is "timeout"'],
    ['defaults.max_skips = 1', 'defaults.max_skips', 'it belongs in [loop_detection]'],
    ['proxy.tool.x = {}', 'proxy.tool', 'the nearest known one is "tools"'],
    ['proxy.zzz = 1', 'proxy.zzz', 'docs/configuration.md lists those of [proxy]'],
    ['proxy.tools.x.estimatedCost = 1', 'proxy.tools.x.estimatedCost', '"estimated_cost"'],
    ['proxy.tools.x.max_retries = 1', 'proxy.tools.x.max_retries', '[defaults] or [proxy]'],
    ['trip.lug = ""', 'trip.lug', 'the nearest known one is "log"'],
    ['trip."a b" = ""', 'trip."a b"', 'unknown key; known here are log'],
    ['proxy.__proto__ = 1', 'proxy.__proto__', 'unknown key'],
    ['__proto__ = 1', '__proto__', 'unknown key'],
    ['constructor = 1', 'constructor', 'unknown key'],
  ])('%s', (text, key, said) => {
    const problems = problemsOf(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`fuze.toml:1: ${key}: `);
    expect(problems[0]).toContain(said);
  });

  it('does not show what stands at an unknown key, which may be a mistyped token', () => {
    expect(problemsOf('proxy.tokn = "s3cret"').join()).not.toContain('s3cret');
  });
});

describe('several problems', () => {
  it('are told at once, each with its line, in the order of the file', () => {
    const text = `
[defaults]
kill_on_loop = true
on_loop = "skip"
timeout = "1 s"
max_iteration = 1

[loop_detection]
progress_window = 4
max_flat_steps = 1.5
unknown_one = 1
unknown_two = 2

[proxy.tools."a.b"]
estimated_cost = -1
zzz = 1
[proxy.tools."*"]
timeout = []
`;
    expect(problemsOf(text).map((line) => line.split(' ').slice(0, 4).join(' '))).toEqual([
      'fuze.toml:3: defaults.kill_on_loop: is the',
      'fuze.toml:5: defaults.timeout: found "1',
      'fuze.toml:6: defaults.max_iteration: unknown key;',
      'fuze.toml:9: loop_detection.progress_window: is the',
      'fuze.toml:10: loop_detection.max_flat_steps: found 1.5,',
      'fuze.toml:11: loop_detection.unknown_one: unknown key;',
      'fuze.toml:12: loop_detection.unknown_two: unknown key;',
      'fuze.toml:15: proxy.tools."a.b".estimated_cost: found -1,',
      'fuze.toml:16: proxy.tools."a.b".zzz: unknown key;',
      'fuze.toml:18: proxy.tools."*".timeout: found an',
    ]);
  });

  it('say which of two names of one setting is the old one', () => {
    const [problem] = problemsOf('[proxy]\non_loop = "kill"\nkill_on_loop = true');
    expect(problem).toBe(
      'fuze.toml:3: proxy.kill_on_loop: is the old name of on_loop; keep one of the two',
    );
  });
});

describe('what is not a TOML file', () => {
  it.each([
    ['a = ', 1, 5],
    ['[defaults]\ntimeout = 1\ntimeout = 2', 3, 1],
    ['[proxy.tools.*]', 1, 14],
    ['x = "open', 1, 5],
  ])('%j is refused at line %d, column %d', (text, line, column) => {
    const [problem] = problemsOf(text);
    expect(problem).toMatch(/^fuze\.toml:\d+:\d+: not valid TOML: \w/);
    expect(problem?.startsWith(`fuze.toml:${line}:${column}: `)).toBe(true);
  });

  it('does not quote the line, which may hold a token', () => {
    expect(problemsOf('token = "s3cret').join()).not.toContain('s3cret');
  });

  it.each([
    ['a missing file', 'missing.toml', 'the file does not exist'],
    ['a folder', 'folder', 'is a folder, not a file'],
    ['a dangling link', 'link', 'the file does not exist'],
    ['bytes that are not UTF-8', 'latin1.toml', 'the file is not valid UTF-8'],
  ])('names %s', (_what, name, said) => {
    const root = tempFolder();
    mkdirSync(join(root, 'folder'));
    symlinkSync('nowhere', join(root, 'link'));
    writeFileSync(join(root, 'latin1.toml'), Buffer.from([0x23, 0xe9, 0x0a]));
    const file = join(root, name);
    expect(readTomlFile(file)).toEqual({ problems: [{ source: file, key: '', text: said }] });
  });

  it('takes a byte order mark and an empty file', () => {
    const root = tempFolder({ 'bom.toml': '\uFEFF[proxy]\nshadow = true\n', 'empty.toml': '' });
    expect(readTomlFile(join(root, 'bom.toml'))).toEqual({ values: { proxy: { shadow: true } } });
    expect(readTomlFile(join(root, 'empty.toml'))).toEqual({ values: {} });
  });
});
