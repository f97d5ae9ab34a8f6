import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startEarly } from '../../src/cli/early-server.js';
import { takeServer } from '../../src/cli/started-server.js';
import type { SpawnedServer } from '../../src/transport/spawn-server.js';
import { Workspace } from '../e2e/support/workspace.js';
import { hear } from '../transport/support/hear.js';

/** Enough to fill every buffer between the two processes. */
const MUCH = 1_000_000;
const SAYS = "process.stdout.write('out'), process.stderr.write('err');";
const SAYS_MUCH = `process.stdout.write('o'.repeat(${MUCH})), process.stderr.write('e'.repeat(${MUCH}))`;
/** What it leaves behind writes much, when it itself has ended. */
const LEAVES = `require('node:child_process').spawn(process.execPath, ['-e', "${SAYS_MUCH}"], {
  stdio: ['ignore', 'inherit', 'inherit'],
}).unref();`;

let workspace: Workspace;

/** The system knows a child until Node has taken note of its end. */
function isKnown(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Starts a Node script early, and takes it when it has ended and Node has done what it does then. */
async function startAndEnd(script: string): Promise<SpawnedServer> {
  const args = ['-e', `require('node:fs').writeFileSync('pid', String(process.pid)); ${script}`];
  await startEarly(['node', 'fuze', 'proxy', '--', process.execPath, ...args], {});
  const pid = await vi.waitUntil(() => Number(workspace.read('pid')), { timeout: 20_000 });
  await vi.waitUntil(() => !isKnown(pid), { timeout: 20_000 });
  await setImmediate();
  const server = takeServer();
  if (server === undefined) throw new Error('no server was started early');
  expect((await server.exited).code).toBe(0);
  return server;
}

async function listenTo(stream: Readable): Promise<string> {
  let text = '';
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await once(stream, 'end');
  return text;
}

const READERS = [
  ['a listener', listenTo],
  ['a pipe', (stream: Readable) => listenTo(stream.pipe(new PassThrough()))],
] as const;

describe('a server that was started early', () => {
  beforeEach(() => {
    workspace = new Workspace();
    vi.stubEnv('HOME', workspace.home);
    vi.stubEnv('USERPROFILE', workspace.home);
    const before = process.cwd();
    process.chdir(workspace.dir);
    onTestFinished(() => {
      process.chdir(before);
      vi.unstubAllEnvs();
    });
  });

  it.each([
    ['no options', []],
    ['options that set nothing', ['--shadow', '--name', 'n', '--state-dir', 's', '--verbose']],
    ['numbers', ['--max-cost', '0.5', '--max-iterations', '10']],
    ['a configuration', ['--config', 'right.toml', '--trace', '--trip-log', 'trip.json']],
    ['a trace with a name', ['--trace', 'trace.jsonl', '--shadow']],
  ])('is started with %s', async (_, options) => {
    workspace.write('right.toml', '[proxy]\nmax_iterations = 5\n');
    await startEarly(['node', 'fuze', 'proxy', ...options, '--', process.execPath, '-e', '0'], {});
    const server = takeServer();
    expect(server?.args).toEqual(['-e', '0']);
    expect((await server?.exited)?.code).toBe(0);
  });

  it.each([
    ['an option that it does not know', ['--listen', '8080'], {}],
    ['an option in one word', ['--max-cost=1'], {}],
    ['a number that is none', ['--max-cost', 'abc'], {}],
    ['a value that looks like an option', ['--max-cost', '-5'], {}],
    ['a value that is missing', ['--name'], {}],
    ['a configuration that is wrong', ['--config', 'wrong.toml'], {}],
    ['one that the environment names', [], { FUZE_CONFIG: 'wrong.toml' }],
    ['a configuration that is not there', ['--config', 'nowhere.toml'], {}],
    ['the off switch', [], { FUZE: '0' }],
  ])('is not started with %s', async (_, options, env) => {
    workspace.write('wrong.toml', '[proxy]\nmax_iterations = "many"\n');
    await startEarly(['node', 'fuze', 'proxy', ...options, '--', process.execPath, '-e', '0'], env);
    expect(takeServer()).toBeUndefined();
  });

  it.each(READERS)('and has ended before anybody read it is heard by %s', async (_, read) => {
    const { input, errors } = await startAndEnd(SAYS);
    expect(await Promise.all([hear(input), read(errors)])).toEqual(['out', 'err']);
  });

  it.each(READERS)('is heard by %s when it left more than any buffer holds', async (_, read) => {
    const { input, errors } = await startAndEnd(SAYS + LEAVES);
    const [out, err] = await Promise.all([hear(input), read(errors)]);
    expect([out.length, err.length]).toEqual([3 + MUCH, 3 + MUCH]);
    expect([out.slice(0, 4), err.slice(0, 4)]).toEqual(['outo', 'erre']);
  });

  it('ends for whoever reads it when it wrote nothing at all', async () => {
    const { input, errors } = await startAndEnd('');
    expect(await Promise.all([hear(input), listenTo(errors)])).toEqual(['', '']);
  });
});
