import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { DemoResult } from '../../fixtures/demo/demo.js';
import { failures } from '../../fixtures/demo/verdict.js';
import { runFuze, Workspace } from './support/fuze-process.js';

/** The demo keeps its folder for people to read; here it goes with the workspace. */
async function demo(env: Readonly<Record<string, string>> = {}) {
  const workspace = new Workspace();
  return runFuze(['demo'], {
    workspace,
    env: { TMPDIR: workspace.dir, TEMP: workspace.dir, ...env },
  });
}

describe('fuze demo', () => {
  test('shows both runs, what fuze said, and where the evidence is', async () => {
    const { code, stdout, stderr } = await demo();
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/calls executed +31 of 31 +11 of 31$/m);
    expect(stdout).toMatch(/money spent +\$1\.37 +\$0\.50 +limit \$0\.50$/m);
    expect(stdout).toMatch(/one search, the same answer +8 times +2 times$/m);
    expect(stdout).toMatch(/refunds of one order +2 +1$/m);
    expect(stdout).toMatch(/e-mails sent +20 +7$/m);
    expect(stdout).toMatch(/^ {2}repeat .*"search"/m);
    expect(stdout).toMatch(/^ {2}side_effect .*"refund"/m);
    expect(stdout).toMatch(/^ {2}budget .*\$0\.50 of \$0\.50/m);
    expect(stdout).toMatch(/verify +valid: /);
    expect(stdout).toContain('Everything held');
  });

  test('writes no colour where there is no terminal, and lines that fit one', async () => {
    const { stdout, workspace } = await demo({ FORCE_COLOR: '1' });
    expect(stdout).not.toContain('\u001b');
    const lines = stdout.split('\n').filter((line) => !line.includes(workspace.dir));
    const tooLong = lines.filter((line) => line.length > 100);
    expect(tooLong).toEqual([]);
  });

  test('leaves the trip log and the trace that it names', async () => {
    const { stdout } = await demo();
    const named = (what: string): string =>
      new RegExp(`^  ${what} +(\\S+)$`, 'm').exec(stdout)?.[1] ?? '';
    expect(JSON.parse(readFileSync(named('trip log'), 'utf8'))).toMatchObject({
      reason: 'budget_exceeded',
      toolName: 'send_email',
    });
    expect(existsSync(named('trace'))).toBe(true);
  });

  test('is not fooled by a fuze that is switched off outside', async () => {
    expect((await demo({ FUZE: '0' })).code).toBe(0);
  });

  test('fails when the evidence cannot be written', async () => {
    const workspace = new Workspace();
    const env = { TMPDIR: workspace.path('missing'), TEMP: workspace.path('missing') };
    const { code, stderr, stdout } = await runFuze(['demo'], { workspace, env });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^fuze demo could not run: .*missing/);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

describe('what the demo counts as held', () => {
  const search = { step: { tool: 'search', args: {} }, decision: undefined } as const;
  const said = (check: string) => ({ ...search, decision: { check, reason: '' } });
  const good: DemoResult = {
    direct: {
      agent: { answered: [], executed: [search, search, search], spentInCents: 51 },
      refunds: 2,
      emails: 3,
    },
    guarded: {
      agent: {
        answered: [said('repeat'), said('side_effect'), said('budget')],
        executed: [search, search],
        spentInCents: 50,
      },
      refunds: 1,
      emails: 1,
    },
    chargedInCents: 50,
    tripLog: 'trip.json',
    trips: ['a.json'],
    trace: 'trace.jsonl',
    validation: { code: 0, output: '' },
    verification: { code: 0, output: '' },
  };
  const { direct, guarded } = good;
  const spending = (cents: number) => ({ ...guarded.agent, spentInCents: cents });

  test('everything as promised', () => expect(failures(good)).toEqual([]));

  test.each<[string, Partial<DemoResult>]>([
    [
      'did not loop',
      { direct: { ...direct, agent: { ...direct.agent, executed: [search, search] } } },
    ],
    ['refunded 1 times', { direct: { ...direct, refunds: 1 } }],
    ['did not overspend', { direct: { ...direct, agent: { ...direct.agent, spentInCents: 50 } } }],
    [
      'did not stop the loop',
      { guarded: { ...guarded, agent: { ...guarded.agent, executed: direct.agent.executed } } },
    ],
    ['2 refunds', { guarded: { ...guarded, refunds: 2 } }],
    ['$0.51 were spent', { guarded: { ...guarded, agent: spending(51) }, chargedInCents: 51 }],
    ['The trace charges $0.49', { chargedInCents: 49 }],
    ['no trip log', { trips: [] }],
    ['validate-trip-log: bad', { validation: { code: 1, output: 'bad' } }],
    ['verify: cut', { verification: { code: 1, output: 'cut' } }],
  ])('not when: %s', (sentence, change) => {
    const failed = failures({ ...good, ...change });
    expect(failed).toHaveLength(1);
    expect(failed[0]).toContain(sentence);
  });

  test('not when fuze names none of the three', () => {
    const silent = { ...guarded, agent: { ...guarded.agent, answered: [] } };
    expect(failures({ ...good, guarded: silent })).toHaveLength(3);
  });
});
