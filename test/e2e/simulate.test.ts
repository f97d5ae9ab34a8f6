import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { writeTrace } from '../evidence/trace-samples.js';
import { startRawProxy } from './support/raw-proxy.js';
import { fuzeBin, Workspace } from './support/workspace.js';

const LOOK = { tool: 'look', args: { q: 'x' }, result: { content: [{ type: 'text', text: 'a' }] } };
const lines = (...records: unknown[]) =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

function simulate(workspace: Workspace, args: readonly string[], input = '') {
  const run = spawnSync(process.execPath, [fuzeBin, 'simulate', ...args], {
    cwd: workspace.dir,
    env: workspace.env(),
    encoding: 'utf8',
    input,
  });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

const parsed = (out: string): unknown[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('fuze simulate', () => {
  it('prints a table and a summary', () => {
    const workspace = new Workspace();
    workspace.write('calls.jsonl', lines(LOOK, LOOK, LOOK));
    const { code, out, err } = simulate(workspace, ['calls.jsonl']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('3 calls in 1 run: 1 stopped. Settings: built-in defaults.');
    expect(out).toMatch(/stopped by check +calls\nrepeat +1\n/);
  });

  it('--json: one line per call and nothing else', () => {
    const workspace = new Workspace();
    workspace.write('a.jsonl', lines(LOOK, { ...LOOK, run: 'other' }));
    workspace.write('b.jsonl', lines(LOOK, LOOK));
    const { code, out } = simulate(workspace, ['--json', 'a.jsonl', 'b.jsonl']);
    expect(code).toBe(0);
    const allowed = { tool: 'look', action: 'allow', check: null, reason: null };
    expect(parsed(out)).toEqual([
      { index: 0, run: null, ...allowed },
      { index: 1, run: 'other', ...allowed },
      { index: 2, run: null, ...allowed },
      {
        index: 3,
        run: null,
        tool: 'look',
        action: 'refuse',
        check: 'repeat',
        reason: expect.stringContaining('look'),
      },
    ]);
  });

  it('--judge tells the figures, with --json on a last line', () => {
    const workspace = new Workspace();
    const solved = { ...LOOK, solved: true };
    workspace.write('calls.jsonl', lines(solved, solved, solved));
    const text = simulate(workspace, ['--judge', 'calls.jsonl']);
    expect(text.out).toMatch(
      /wasted calls +1 +1\n {2}of them stopped +1 +1\n {2}that is +100\.0 %/,
    );
    const json = parsed(simulate(workspace, ['--judge', '--json', 'calls.jsonl']).out);
    expect(json).toHaveLength(4);
    expect(json[2]).toMatchObject({ index: 2, harmful: false, wasted: true });
    expect(json[3]).toMatchObject({ judge: { solved: { harmful: 0, wasted: 1, killedRuns: 0 } } });
  });

  it('reads traces of fuze and standard input, and takes a configuration', () => {
    const workspace = new Workspace('[proxy]\nmax_iterations = 4\n');
    writeTrace(workspace.path('t.jsonl'), 2);
    workspace.write('tight.toml', '[proxy]\nmax_iterations = 1\n');
    const found = simulate(workspace, ['t.jsonl', '-'], lines(LOOK));
    expect(found.out).toContain('3 calls in 2 runs: 0 stopped.');
    expect(found.out).toContain(workspace.path('fuze.toml'));
    const tight = simulate(workspace, ['--config', 'tight.toml', 't.jsonl', '-'], lines(LOOK));
    expect(tight.out).toContain('3 calls in 2 runs: 1 stopped.');
  });

  it('names a broken line with its file and number, and goes on', () => {
    const workspace = new Workspace();
    workspace.write('calls.jsonl', `${lines(LOOK)}{"tool":\n${lines(LOOK)}{"args":{}}\n`);
    const { code, out, err } = simulate(workspace, ['--json', 'calls.jsonl']);
    expect(code).toBe(0);
    expect(parsed(out)).toMatchObject([{ index: 0 }, { index: 1 }]);
    expect(err).toMatch(
      /^fuze: calls\.jsonl, line 2: is not JSON: .*\nfuze: calls\.jsonl, line 4: has no "tool".*\nfuze: 2 broken lines left out\n$/,
    );
  });

  it('names a hundred broken lines and counts the others', () => {
    const workspace = new Workspace();
    workspace.write('calls.jsonl', `${'\u001b[2J\n'.repeat(150)}${lines(LOOK)}`);
    const { code, err } = simulate(workspace, ['calls.jsonl']);
    expect(code).toBe(0);
    expect(err.split('\n')).toHaveLength(102);
    expect(err).toContain('150 broken lines left out');
    expect(err).not.toContain('\u001b');
  });

  it('exits 1 where there are no calls, 2 where a file cannot be read or the usage is wrong', () => {
    const workspace = new Workspace();
    workspace.write('empty.jsonl', '\n');
    workspace.write('calls.jsonl', lines(LOOK));
    workspace.write('bad.toml', 'max = 1\n');
    expect(simulate(workspace, ['empty.jsonl'])).toEqual({
      code: 1,
      out: '',
      err: 'fuze: no calls found\n',
    });
    const missing = simulate(workspace, ['nothing.jsonl', '.', 'calls.jsonl']);
    expect(missing.code).toBe(2);
    expect(missing.err).toMatch(/cannot read nothing\.jsonl: ENOENT.*\n.*cannot read \.: EISDIR/);
    expect(missing.out).toContain('1 call in 1 run');
    expect(simulate(workspace, ['--config', 'bad.toml', 'calls.jsonl'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('bad.toml'),
    });
    expect(simulate(workspace, []).code).toBe(2);
  });

  it('leaves quietly when nobody reads on', async () => {
    const workspace = new Workspace();
    workspace.write('calls.jsonl', lines(LOOK).repeat(20_000));
    const fuze = spawn(process.execPath, [fuzeBin, 'simulate', '--json', 'calls.jsonl'], {
      cwd: workspace.dir,
      env: workspace.env(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let err = '';
    fuze.stderr.on('data', (chunk) => {
      err += String(chunk);
    });
    await once(fuze.stdout, 'data');
    fuze.stdout.destroy();
    const [code, signal] = await once(fuze, 'close');
    expect({ code, signal, err }).toEqual({ code: 0, signal: null, err: '' });
  });

  it('decides on the calls of a trace as the proxy did that wrote it', async () => {
    const config = [
      '[proxy.tools.effect]\nside_effect = true',
      '[proxy.tools.counter]\nmax_calls_per_run = 4',
      '[proxy.tools.echo]\nestimated_cost = 0.6\n[proxy]\nmax_cost_per_run = 1',
    ].join('\n');
    const { fuze } = startRawProxy({ config, flags: ['--trace', 'trace.jsonl'] });
    await fuze.initialize();
    const calls: [string, object][] = [
      ...[1, 2, 3, 4].map((): [string, object] => ['text', { text: 'the same' }]),
      ...[1, 2, 3, 4, 5, 6].map((): [string, object] => ['counter', {}]),
      ...[1, 2, 3, 4, 5, 6].map((n): [string, object] => ['fail', { text: 'access denied', n }]),
      ['effect', { order: 1, sum: 2 }],
      ['effect', { sum: 2, order: 1 }],
      ['effect', { order: 2, and: 'fail' }],
      ['effect', { order: 2, and: 'fail' }],
      ['echo', { n: 1 }],
      ['echo', { n: 2 }],
      ...[1, 2, 3, 4, 5, 6].map((n): [string, object] => ['error', { code: -32603, n }]),
      ['neither', {}],
      ['both', {}],
      ['exact', {}],
    ];
    for (const [name, args] of calls) await fuze.call(name, args);
    fuze.endInput();
    await fuze.closed;
    const { workspace } = fuze;
    const recorded = workspace
      .jsonLines('trace.jsonl')
      .map(({ payload }) => payload as Record<string, unknown>)
      .filter(({ kind }) => kind === 'call')
      .map(({ decision }) => decision as { action: string; check?: string });
    const decided = parsed(simulate(workspace, ['--json', 'trace.jsonl']).out);
    expect(decided).toEqual(
      recorded.map(({ action, check = null }) => expect.objectContaining({ action, check })),
    );
    const stops = recorded.filter(({ action }) => action !== 'allow').map(({ check }) => check);
    expect(stops).toEqual(
      expect.arrayContaining(['repeat', 'calls_per_tool', 'side_effect', 'budget']),
    );
  });
});
