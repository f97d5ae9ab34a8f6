import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FuzeProcess, fixture, runFuze, startProxy } from '../support/fuze-process.js';

const server = fixture('raw-server');

async function leave(fuze: FuzeProcess): Promise<void> {
  fuze.endInput();
  await fuze.closed;
}

describe('the trip log', () => {
  it('is one valid file per trip, and the latest stands where FUSEGUARD_TRIP_LOG says', async () => {
    const fuze = startProxy(server, { config: '', env: { FUSEGUARD_TRIP_LOG: 'latest.json' } });
    for (let call = 0; call < 5; call += 1) await fuze.call('ok', { same: 1 });
    const refused = await fuze.call('ok', { same: 1 });
    await leave(fuze);
    const { workspace } = fuze;
    const folder = join(workspace.stateDir, 'trips');
    const files = readdirSync(folder);
    // Four refusals with no admitted call in between are one trip.
    expect(files).toEqual([`${String(refused.decision?.tripId)}.json`]);
    const trip = readFileSync(join(folder, files[0] ?? ''), 'utf8');
    expect(workspace.read('latest.json').toString()).toBe(trip);
    expect(JSON.parse(trip)).toMatchObject({
      reason: 'loop_detected',
      toolName: 'ok',
      metadata: { check: 'repeat', runId: refused.decision?.runId },
    });
    for (const schema of ['v1', 'v2']) {
      const path = workspace.path('latest.json');
      const { code } = await runFuze(['validate-trip-log', path, '--schema', schema], {
        workspace,
      });
      expect(code).toBe(0);
    }
  });
});

describe('the trace', () => {
  const SECRET = { user: 'ann', password: 'hunter2', nested: { api_key: 'k-123' } };

  it('holds every call with its decision, redacted, and verifies', async () => {
    const fuze = startProxy(server, { config: '', flags: ['--trace', 't.jsonl', '--verbose'] });
    await fuze.call('echo', SECRET, 'one');
    for (let call = 0; call < 3; call += 1) await fuze.call('ok', {});
    await leave(fuze);
    const text = fuze.workspace.read('t.jsonl').toString();
    expect(text + fuze.stderr).not.toMatch(/hunter2|k-123/);
    const calls = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).payload)
      .filter(({ kind }) => kind === 'call');
    expect(calls.map(({ outcome }) => outcome)).toEqual([
      'success',
      'success',
      'success',
      'refused',
    ]);
    expect(calls[0]).toMatchObject({
      callId: '"one"',
      tool: 'echo',
      args: { user: 'ann', password: '[redacted]', nested: { api_key: '[redacted]' } },
      decision: { action: 'allow' },
      cost: 0,
    });
    expect(calls[3]).toMatchObject({ decision: { action: 'refuse', check: 'repeat' } });
    const verified = await runFuze(['verify', fuze.workspace.path('t.jsonl')]);
    expect(verified.stdout).toMatch(/^valid: /);
  });

  it('keeps hashes only with capture = "hash"', async () => {
    const fuze = startProxy(server, { config: '[proxy]\ncapture = "hash"\ntrace = "t.jsonl"\n' });
    await fuze.call('text', { text: 'a telling word' });
    await leave(fuze);
    const text = fuze.workspace.read('t.jsonl').toString();
    expect(text).not.toContain('telling');
    expect(text).toMatch(/"argsHash":"[0-9a-f]{64}"/);
    expect(text).toMatch(/"resultHash":"[0-9a-f]{64}"/);
  });

  it('has the answer before the client sees it', async () => {
    const fuze = startProxy(server, { config: '', flags: ['--trace', 't.jsonl'] });
    await fuze.call('text', { text: 'seen' }, 'mark');
    const text = fuze.workspace.read('t.jsonl').toString();
    expect(text).toContain('"callId":"\\"mark\\""');
  });

  it('is not there for a session without calls', async () => {
    const fuze = startProxy(server, { config: '', flags: ['--trace', 't.jsonl'] });
    await fuze.initialize();
    await leave(fuze);
    expect(existsSync(fuze.workspace.path('t.jsonl'))).toBe(false);
  });
});

describe('a changed fuze.toml', () => {
  it('is taken up while running where it is valid, and reported where it is not', async () => {
    const fuze = startProxy(server, {
      config: '[proxy]\nmax_iterations = 1\n',
      flags: ['--verbose'],
    });
    await fuze.call('text', { text: 'a' });
    expect((await fuze.call('text', { text: 'b' })).decision).toMatchObject({ limit: 1 });
    const { workspace } = fuze;
    const replace = (text: string): void => {
      renameSync(workspace.write('new.toml', text), workspace.path('fuze.toml'));
    };
    replace('[proxy]\nmax_iterations = "many"\n');
    await fuze.stderrMatches(/max_iterations.*many|not taken up/);
    expect((await fuze.call('text', { text: 'b' })).decision).toMatchObject({ limit: 1 });
    replace('[proxy]\nmax_iterations = 2\n');
    await fuze.stderrMatches(/took up the changed configuration/);
    expect((await fuze.call('text', { text: 'b' })).isToolError).toBe(false);
    expect((await fuze.call('text', { text: 'c' })).decision).toMatchObject({ limit: 2 });
  });
});
