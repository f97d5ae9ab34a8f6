import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Command, fixture, runFuze, Workspace } from './support/fuze-process.js';

interface Finding {
  readonly subject: string;
  readonly state: string;
  readonly text: string;
  readonly details?: readonly string[];
  readonly cure?: string;
}

async function doctor(workspace: Workspace, ...flags: string[]) {
  const { code, stdout } = await runFuze(['doctor', '--json', ...flags], { workspace });
  const { version, findings }: { version: number; findings: Finding[] } = JSON.parse(stdout);
  expect(version).toBe(1);
  const about = (subject: string) => findings.find((finding) => finding.subject === subject);
  return { code, findings, about };
}

/** A file of Cursor with these servers. */
function cursor(workspace: Workspace, servers: Readonly<Record<string, Command>>): void {
  const entries = Object.entries(servers).map(([name, [command, ...args]]) => [
    name,
    { command, args },
  ]);
  mkdirSync(join(workspace.home, '.cursor'));
  const text = JSON.stringify({ mcpServers: Object.fromEntries(entries) });
  writeFileSync(join(workspace.home, '.cursor', 'mcp.json'), text);
}

const install = (workspace: Workspace) => runFuze(['install', '--yes'], { workspace });

describe('fuze doctor', () => {
  it('finds nothing broken in an empty home, and says what there is', async () => {
    const workspace = new Workspace();
    const { code, stdout } = await runFuze(['doctor'], { workspace });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok {7}Node: 20\./);
    expect(stdout).toMatch(/^ok {7}configuration: no fuze\.toml/m);
    expect(stdout).toMatch(/^Nothing is broken\.$/m);
  });

  it('tells the file in force, why it is, and each setting that differs, but no secret', async () => {
    const workspace = new Workspace(
      '[proxy]\nmax_cost_per_run = 2.5\ntimeout = "1m"\nmax_iterations = 250\ntoken = "hush"\n[proxy.tools.refund]\nestimated_cost = 0.05\n',
    );
    const { about, code } = await doctor(workspace);
    expect(code).toBe(0);
    expect(about('configuration')?.text).toMatch(/fuze\.toml, found in the working directory/);
    expect(about('configuration')?.details).toEqual([
      'proxy.timeout = "1m" (default "30s")',
      'proxy.max_cost_per_run = 2.5 (default 10)',
      'proxy.token = (set) (default "")',
      'proxy.tools.refund.estimated_cost = 0.05',
    ]);
  });

  it('names every mistake of the file, and exits 1', async () => {
    const workspace = new Workspace('[proxy]\nmax_itertions = 3\ntimeout = "x"\n');
    const { about, code } = await doctor(workspace);
    expect(code).toBe(1);
    expect(about('configuration')).toMatchObject({ state: 'broken', cure: expect.any(String) });
    expect(about('configuration')?.details).toHaveLength(2);
  });

  it('warns that fuze is switched off', async () => {
    const { stdout } = await runFuze(['doctor'], { env: { FUZE: '0' } });
    expect(stdout).toMatch(/^warning {2}switch: FUZE=0 switches fuze off/m);
  });

  it('says that the state folder is no folder, and that ledger and trace are damaged', async () => {
    const workspace = new Workspace('[proxy]\ntrace = "trace.jsonl"\n');
    mkdirSync(workspace.stateDir, { mode: 0o700 });
    writeFileSync(join(workspace.stateDir, 'ledger.db'), 'not a database at all, but long enough');
    workspace.write('trace.jsonl', '{"sequence":1}\n');
    const damaged = await doctor(workspace);
    expect(damaged.code).toBe(1);
    expect(damaged.about('state folder')?.state).toBe('ok');
    expect(damaged.about('ledger')?.state).toBe('broken');
    expect(damaged.about('trace')).toMatchObject({
      state: 'broken',
      text: expect.stringMatching(/line 1/),
    });
    const file = workspace.write('plain', '');
    const { about } = await doctor(workspace, '--state-dir', file);
    expect(about('state folder')).toMatchObject({ state: 'broken' });
    chmodSync(workspace.stateDir, 0o755);
    expect((await doctor(workspace)).about('state folder')).toMatchObject({
      state: 'warning',
      cure: expect.stringMatching(/^chmod 700 /),
    });
  });

  it('tells which servers are guarded, and starts those as their client does', async () => {
    const workspace = new Workspace();
    cursor(workspace, { good: fixture('raw-server') });
    const before = await doctor(workspace);
    expect(before.about('Cursor')).toMatchObject({ state: 'warning', cure: 'fuze install cursor' });
    await install(workspace);
    const { code, about } = await doctor(workspace);
    expect(code).toBe(0);
    expect(about('Cursor')).toMatchObject({ state: 'ok', text: expect.stringMatching(/1 of 1/) });
    expect(about('Cursor: good')?.text).toMatch(/^starts, and has \d+ tools$/);
    expect(workspace.survivors()).toEqual([]);
  });

  it('says why a guarded server does not start, in time, and leaves nothing of it', async () => {
    const workspace = new Workspace();
    cursor(workspace, {
      gone: ['no-such-server'],
      slow: ['sleep', '100'],
    });
    await install(workspace);
    const { code, about } = await doctor(workspace, '--timeout', '2s');
    expect(code).toBe(1);
    expect(about('Cursor: gone')?.details?.join(' ')).toMatch(/command not found: no-such-server/);
    expect(about('Cursor: slow')?.details).toEqual([
      'the server did not tell its tools within 2 s',
    ]);
    expect(workspace.survivors()).toEqual([]);
    expect((await doctor(workspace, '--no-start')).code).toBe(0);
  });

  it('names the place in a file of a client that cannot be understood', async () => {
    const workspace = new Workspace();
    mkdirSync(join(workspace.home, '.cursor'));
    writeFileSync(join(workspace.home, '.cursor', 'mcp.json'), '{\n  "mcpServers": {,\n}');
    const { code, about } = await doctor(workspace);
    expect(code).toBe(1);
    expect(about('Cursor')).toMatchObject({
      state: 'broken',
      text: expect.stringMatching(/mcp\.json:2:\d+: /),
    });
  });
});
