import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { fixture, runFuze, startFuze, startProxy, Workspace } from '../support/fuze-process.js';
import { announced, liveProxies, proxiesFolder } from '../support/live-status.js';

const server = fixture('raw-server');
const PRICED = '[proxy]\nmax_cost_per_run = 1\n[proxy.tools."*"]\nestimated_cost = 0.02\n';

function start(workspace: Workspace, name: string) {
  return startProxy(server, { workspace, flags: ['--name', name] });
}

describe('fuze status', () => {
  it('says that nothing is alive, and exits 0', async () => {
    const { code, stdout } = await runFuze(['status']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^No fuze proxy is running for you\. /);
  });

  it('shows every live proxy with what its run has done', async () => {
    const workspace = new Workspace(PRICED);
    const files = start(workspace, 'files');
    const shop = start(workspace, 'shop');
    await files.call('ok', { a: 1 });
    await files.call('ok', { a: 2 });
    await shop.initialize();
    await announced(workspace, 2);
    const { stdout } = await runFuze(['status'], { workspace });
    expect(stdout).toMatch(/^2 live proxies\n/);
    expect(stdout).toMatch(new RegExp(`^ +files +${files.pid} .*fuze\\.toml +guard$`, 'm'));
    expect(stdout).toMatch(new RegExp(`^ +shop +${shop.pid} `, 'm'));
    expect(stdout).toMatch(/^ +files +run_[0-9a-f]{16} +2 +\$0\.04 of \$1\.00 .* open$/m);
    expect(stdout).not.toMatch(/^ +shop +run_/m);
  });

  it('has a form for programs that stays', async () => {
    const workspace = new Workspace(PRICED);
    const fuze = start(workspace, 'files');
    await fuze.call('ok');
    await announced(workspace, 1);
    const { stdout } = await runFuze(['status', '--json'], { workspace });
    expect(JSON.parse(stdout)).toEqual({
      version: 1,
      proxies: [
        {
          server: 'files',
          pid: fuze.pid,
          fuze: expect.any(String),
          started: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
          config: workspace.path('fuze.toml'),
          stateDir: workspace.stateDir,
          listens: null,
          problem: null,
          report: {
            shadow: false,
            sessions: 1,
            maxCostPerRun: 1,
            openRuns: 1,
            runs: [
              {
                runId: expect.stringMatching(/^run_[0-9a-f]{16}$/),
                idle: expect.any(Number),
                admitted: 1,
                succeeded: 1,
                failed: 0,
                unknown: 0,
                inFlight: 0,
                refused: 0,
                replayed: 0,
                wouldStop: 0,
                stops: {},
                spent: 0.02,
                reserved: 0,
                trip: null,
              },
            ],
          },
        },
      ],
      otherVersions: [],
    });
  });

  it('shows a proxy that nobody has called yet', async () => {
    const workspace = new Workspace();
    const fuze = start(workspace, 'idle');
    await fuze.initialize();
    await announced(workspace, 1);
    expect(await liveProxies(workspace)).toMatchObject([{ server: 'idle', report: { runs: [] } }]);
    expect((await runFuze(['status'], { workspace })).stdout).toContain('No run is open');
  });

  it('knows that a killed proxy is dead, and takes away what it left', async () => {
    const workspace = new Workspace();
    const dead = start(workspace, 'dead');
    const alive = start(workspace, 'alive');
    await Promise.all([dead.call('ok'), alive.call('ok')]);
    await announced(workspace, 2);
    await dead.stop();
    expect(readdirSync(proxiesFolder(workspace))).toHaveLength(4);
    expect(await liveProxies(workspace)).toMatchObject([{ server: 'alive', pid: alive.pid }]);
    expect(readdirSync(proxiesFolder(workspace))).toHaveLength(2);
  });

  it('leaves nothing of a proxy that ended in order', async () => {
    const workspace = new Workspace();
    const fuze = start(workspace, 'brief');
    await fuze.call('ok');
    await announced(workspace, 1);
    fuze.endInput();
    await fuze.exit;
    expect(readdirSync(proxiesFolder(workspace))).toEqual([]);
  });

  it('says so of a proxy that does not answer', async () => {
    const workspace = new Workspace();
    const fuze = start(workspace, 'stopped');
    await fuze.call('ok');
    await announced(workspace, 1);
    fuze.signal('SIGSTOP');
    const { code, stdout } = await runFuze(['status'], { workspace });
    expect(code).toBe(0);
    expect(stdout).toContain('does not answer');
  });

  it('tells a proxy of another version apart, and passes over what is not of fuze', async () => {
    const workspace = new Workspace();
    mkdirSync(proxiesFolder(workspace), { recursive: true });
    const write = (name: string, content: string) =>
      writeFileSync(join(proxiesFolder(workspace), name), content);
    write('0123456789abcdef.json', '{"fuze":2,"process":{"pid":1},"version":"9.9.9"}');
    write('note.json', '{"process":{"pid":1}}');
    write('half.json', '{"fuze":');
    const { code, stdout } = await runFuze(['status'], { workspace });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^pid 1 runs fuze 9\.9\.9, which this one cannot ask\./);
    expect(readdirSync(proxiesFolder(workspace))).toHaveLength(3);
  });

  it('counts the clients of a listener, and tells where it listens', async () => {
    const workspace = new Workspace();
    const flags = ['--listen', '127.0.0.1:0', '--name', 'shared'];
    const fuze = startFuze(['proxy', ...flags, '--', ...server], { workspace });
    await fuze.stderrMatches(/listening on/);
    await announced(workspace, 1);
    const [proxy] = await liveProxies(workspace);
    expect(proxy).toMatchObject({
      server: 'shared',
      listens: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/),
      report: { sessions: 0 },
    });
  });
});

describe('the registry of live proxies', () => {
  it('is for its user alone', async () => {
    const mine = new Workspace();
    const yours = new Workspace();
    const fuze = start(mine, 'mine');
    await fuze.call('ok');
    await announced(mine, 1);
    expect(await liveProxies(yours)).toEqual([]);
    expect(statSync(proxiesFolder(mine)).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(proxiesFolder(mine))) {
      expect(statSync(join(proxiesFolder(mine), name)).mode & 0o777, name).toBe(0o600);
    }
  });

  it('works with a home folder whose path is too long for a socket', async () => {
    const workspace = new Workspace();
    const home = join(workspace.home, 'x'.repeat(120));
    mkdirSync(home);
    const env = { HOME: home, USERPROFILE: home };
    const fuze = startProxy(server, { workspace, env });
    await fuze.call('ok');
    await expect
      .poll(async () => (await runFuze(['status'], { workspace, env })).stdout, { timeout: 10_000 })
      .toMatch(/^1 live proxy\n/);
    await fuze.stop();
    expect((await runFuze(['status'], { workspace, env })).stdout).toMatch(/^No fuze proxy/);
  });

  it('is done without where it cannot be written, which only a verbose proxy says', async () => {
    const workspace = new Workspace();
    const state = ['--state-dir', workspace.path('state')];
    writeFileSync(join(workspace.home, '.fuze'), 'a file where the folder should be');
    const quiet = startProxy(server, { workspace, flags: state });
    const verbose = startProxy(server, { workspace, flags: [...state, '--verbose'] });
    expect((await quiet.call('ok')).isToolError).toBe(false);
    await verbose.call('ok');
    await verbose.stderrMatches(/will not find this proxy/);
    expect((await quiet.call('ok', { more: 1 })).isToolError).toBe(false);
    expect(quiet.stderr).not.toContain('proxies');
  });

  it('holds nothing of a proxy that is switched off', async () => {
    const workspace = new Workspace();
    const fuze = startProxy(server, { workspace, env: { FUZE: '0' } });
    await fuze.call('ok');
    expect(readdirSync(workspace.home)).toEqual([]);
  });

  it('survives whatever is said on the socket', async () => {
    const workspace = new Workspace();
    const fuze = start(workspace, 'files');
    await fuze.call('ok');
    await announced(workspace, 1);
    const socket = readdirSync(proxiesFolder(workspace)).find((name) => name.endsWith('.sock'));
    const say = (words: string): Promise<string> => {
      const connection = connect(join(proxiesFolder(workspace), socket ?? ''));
      connection.write(words);
      return text(connection);
    };
    expect(await say('hello\n')).toContain('"problem":"not JSON"');
    expect(await say('{"fuze":2,"ask":"status"}\n')).toContain('version 1 of the protocol');
    expect(await say('{"fuze":1,"ask":"money"}\n')).toContain('"problem":"allowed are');
    expect(await say('x'.repeat(10_000)).catch(() => '')).toBe('');
    expect(await liveProxies(workspace)).toMatchObject([{ server: 'files', problem: null }]);
  });
});
