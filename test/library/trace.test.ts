import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verifyTrace } from '../../src/evidence/verify.js';
import { SideEffectUnrecordable } from '../../src/library/call-errors.js';
import { tempFolder } from '../config/temp-folder.js';
import { as, deferred, rejection, testEngine, testWorld } from './support.js';

type Payload = Record<string, unknown>;

function payloads(file: string): Payload[] {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line): Payload => JSON.parse(line).payload);
}

function calls(file: string): Payload[] {
  return payloads(file).filter(({ kind }) => kind === 'call');
}

describe('a trace', () => {
  it('is written only when asked for', async () => {
    const folder = tempFolder();
    const run = testEngine({}, testWorld(folder)).createRun('agent');
    await run.guard(() => 1, { name: 'work', sideEffect: true })();
    run.end();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('goes to trace_output with true, and is complete when the run has ended', async () => {
    const folder = tempFolder();
    const run = testEngine({}, testWorld(folder)).createRun('shop', { trace: true });
    const refund = run.guard((order: { id: number }) => ({ refunded: order.id }), {
      name: 'refund',
      estimatedCost: 0.1,
      sideEffect: true,
    });
    await refund({ id: 7 });
    await refund({ id: 7 });
    const file = join(folder, 'fuze-traces.jsonl');
    expect((await verifyTrace(file)).verdict).toBe('open');
    run.end();
    expect(await verifyTrace(file)).toMatchObject({ verdict: 'closed', findings: [] });
    expect(payloads(file)).toMatchObject([
      { kind: 'session.start', server: 'shop', mode: 'guard' },
      {
        kind: 'call',
        callId: '1',
        runId: run.runId,
        tool: 'refund',
        args: { id: 7 },
        result: { refunded: 7 },
        cost: 0.1,
        decision: { action: 'allow' },
        outcome: 'success',
      },
      {
        kind: 'call',
        callId: '2',
        cost: 0,
        decision: { action: 'replay', check: 'side_effect' },
        outcome: 'replayed',
      },
      { kind: 'session.end', calls: 2, replayed: 1 },
    ]);
  });

  it('takes the place that fuze.toml names, or the path in code', async () => {
    const folder = tempFolder({ 'fuze.toml': '[defaults]\ntrace_output = "logs/t.jsonl"\n' });
    const engine = testEngine({ trace: true }, testWorld(folder));
    for (const trace of [undefined, 'mine.jsonl', false]) {
      const run = engine.createRun('agent', { trace });
      await run.guard(() => 1, { name: 'work' })();
      run.end();
    }
    expect(calls(join(folder, 'logs', 't.jsonl'))).toHaveLength(1);
    expect(calls(join(folder, 'mine.jsonl'))).toHaveLength(1);
  });

  it('has the record of a call when its caller hears of it', async () => {
    const folder = tempFolder();
    const run = testEngine({}, testWorld(folder)).createRun('agent', { trace: 't.jsonl' });
    const file = join(folder, 't.jsonl');
    await run.guard(() => 1, { name: 'work' })();
    expect(calls(file)).toHaveLength(1);
    await rejection(run.guard(() => Promise.reject(new Error('no')), { name: 'fail' })());
    expect(calls(file)).toHaveLength(5);
    await rejection(run.guard(() => new Promise(() => {}), { name: 'hang', timeout: 1 })());
    expect(calls(file)).toHaveLength(6);
    run.end();
  });

  it('tells of failures, retries, timeouts, loops and trips', async () => {
    const folder = tempFolder();
    const run = testEngine({ maxRetries: 1 }, testWorld(folder)).createRun('agent', {
      trace: 't.jsonl',
    });
    await rejection(run.guard(() => Promise.reject(new Error('id 4711')), { name: 'fail' })());
    await rejection(run.guard(() => new Promise(() => {}), { name: 'hang', timeout: 1 })());
    const same = run.guard(() => 1, { name: 'same' });
    await same();
    await same();
    await rejection(same());
    await rejection(same());
    run.end();
    const told = payloads(join(folder, 't.jsonl')).map(
      ({ kind, callId, tool, outcome, errorClass }) => [kind, callId, tool, outcome, errorClass],
    );
    expect(told.slice(1, -1)).toEqual([
      ['call', '1', 'fail', 'failure', 'id <n>'],
      ['call', '1', 'fail', 'failure', 'id <n>'],
      ['call', '2', 'hang', 'timeout', undefined],
      ['call', '3', 'same', 'success', undefined],
      ['call', '4', 'same', 'success', undefined],
      ['trip', undefined, 'same', undefined, undefined],
      ['call', '5', 'same', 'refused', undefined],
      ['call', '6', 'same', 'refused', undefined],
    ]);
  });

  it('holds arguments as they were at the call, without secrets, and names what is no JSON', async () => {
    const folder = tempFolder();
    const run = testEngine({}, testWorld(folder)).createRun('agent', { trace: 't.jsonl' });
    const login = run.guard(
      (account: { user: string; password: string; map: Map<string, string> }) => {
        account.user = 'changed';
        return { token: 'xyzzy', ok: true };
      },
      { name: 'login' },
    );
    await login({ user: 'me', password: 'geheim', map: new Map() });
    run.end();
    expect(calls(join(folder, 't.jsonl'))).toMatchObject([
      {
        args: { user: 'me', password: '[redacted]', map: '[not JSON]' },
        result: { token: '[redacted]', ok: true },
      },
    ]);
    expect(readFileSync(join(folder, 't.jsonl'), 'utf8')).not.toMatch(/geheim|xyzzy/);
  });

  it('holds only hashes with capture = "hash"', async () => {
    const folder = tempFolder({ 'fuze.toml': '[proxy]\ncapture = "hash"\n' });
    const run = testEngine({}, testWorld(folder)).createRun('agent', { trace: 't.jsonl' });
    await run.guard((text: string) => text, { name: 'echo' })('private');
    run.end();
    const file = join(folder, 't.jsonl');
    expect(readFileSync(file, 'utf8')).not.toContain('private');
    expect(calls(file)[0]).toMatchObject({
      argsHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      resultHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('is one file for runs at the same time, closed by the last of them', async () => {
    const folder = tempFolder();
    const engine = testEngine({ trace: 't.jsonl' }, testWorld(folder));
    const one = engine.createRun('one');
    const two = engine.createRun('two');
    await one.guard(() => 1, { name: 'work' })();
    await two.guard(() => 1, { name: 'work' })();
    one.end();
    await two.guard(() => 2, { name: 'more' })();
    two.end();
    expect(readdirSync(folder)).toEqual(['t.jsonl']);
    const file = join(folder, 't.jsonl');
    expect(await verifyTrace(file)).toMatchObject({ verdict: 'closed', sessions: 1, findings: [] });
    const three = engine.createRun('three');
    await three.guard(() => 1, { name: 'work' })();
    engine.end();
    expect(await verifyTrace(file)).toMatchObject({ verdict: 'closed', sessions: 2, findings: [] });
  });

  it('stays open for what is in flight when the run ends', async () => {
    const folder = tempFolder();
    const run = testEngine({}, testWorld(folder)).createRun('agent', { trace: 't.jsonl' });
    const held = deferred<number>();
    const call = run.guard(() => held.promise, { name: 'slow' })();
    run.end();
    held.resolve(1);
    await call;
    const file = join(folder, 't.jsonl');
    expect((await verifyTrace(file)).verdict).toBe('closed');
    expect(calls(file)).toMatchObject([{ tool: 'slow', outcome: 'success' }]);
  });

  it('tells what a rollback has undone', async () => {
    const folder = tempFolder();
    const run = testEngine({}, testWorld(folder)).createRun('agent', { trace: 't.jsonl' });
    await run.guard(() => 1, { name: 'book', compensate: () => {} })();
    await run.rollback();
    const file = join(folder, 't.jsonl');
    expect(calls(file)).toMatchObject([
      { tool: 'book', decision: { action: 'allow' } },
      { tool: 'book', decision: { reason: 'compensation of call 1' }, outcome: 'success', cost: 0 },
    ]);
    expect((await verifyTrace(file)).verdict).toBe('closed');
  });

  it('that cannot be written stops side effects, and says why', async () => {
    const folder = tempFolder({ 'a file': '' });
    const engine = testEngine({}, testWorld(folder));
    const run = engine.createRun('agent', { trace: 'a file/t.jsonl' });
    await expect(run.guard(() => 1, { name: 'read' })()).resolves.toBe(1);
    const write = run.guard(() => 1, { name: 'write', sideEffect: true });
    const error = as(SideEffectUnrecordable, await rejection(write()));
    expect(error.message).toContain('the trace cannot be written');
    expect(engine.notices.join('\n')).toContain('t.jsonl');
    run.end();
  });
});

describe('a trip log', () => {
  it('is written where [trip] log says, and nowhere without it', async () => {
    const folder = tempFolder({ 'fuze.toml': '[trip]\nlog = "latest.json"\n' });
    for (const world of [testWorld(folder), testWorld()]) {
      const run = testEngine({ maxIterations: 0 }, world).createRun('agent');
      await rejection(run.guard(() => 1, { name: 'work' })());
      run.end();
      const written = world.cwd === folder;
      expect(existsSync(join(world.cwd, 'latest.json'))).toBe(written);
      expect(existsSync(join(world.cwd, '.fuze'))).toBe(written);
    }
    expect(JSON.parse(readFileSync(join(folder, 'latest.json'), 'utf8'))).toMatchObject({
      tripId: expect.stringMatching(/^fg_/),
    });
  });
});
