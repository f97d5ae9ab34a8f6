import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { verifyTrace } from '../../src/evidence/verify.js';
import { temporaryFolders } from './trace-samples.js';

// Real processes and a real full disk: the writer is compiled on its own, for no mock knows what a kernel does.
const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = temporaryFolders();
let script: string;

const PROGRAM = `
import { openTrace } from './dist/src/evidence/trace-writer.js';
import { rmSync } from 'node:fs';
const [path, mode, ballast] = process.argv.slice(2);
const writer = openTrace(path, {
  session: { fuze: '0', server: 's', mode: 'guard' },
  now: Date.now,
  onNotice: (text) => process.stderr.write(text + '\\n'),
});
const call = (id) => ({
  kind: 'call', timestamp: '', runId: 'r', tool: 't', callId: String(id), argsHash: '', cost: 0,
  duration_ms: 0, decision: { action: 'allow' }, outcome: 'success', result: 'x'.repeat(id % 700),
});
if (mode === 'kill') {
  for (let id = 1; ; id += 1) {
    writer.append(call(id));
    writer.flush();
    process.stdout.write(id + '\\n');
  }
}
const send = (id) => { writer.append(call(id)); writer.flush(); };
let id = 0;
while (writer.healthy && id < 100000) send(id += 1);
for (let more = 0; more < 10; more += 1) send(id += 1);
process.stdout.write(JSON.stringify({ sent: id, lost: writer.lost, healthy: writer.healthy }) + '\\n');
if (mode === 'recover') {
  rmSync(ballast);
  for (let more = 0; more < 10; more += 1) send(id += 1);
}
writer.close({ reason: 'done' });
`;

beforeAll(() => {
  const place = folder();
  const entry = join(root, 'src/evidence/trace-writer.ts');
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const config = join(place, 'tsconfig.json');
  const paths = { rootDir: root, outDir: join(place, 'dist'), noEmit: false, declaration: false };
  const types = { typeRoots: [join(root, 'node_modules/@types')] };
  writeFileSync(
    config,
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { ...paths, ...types },
      include: [],
      files: [entry],
    }),
  );
  mkdirSync(join(place, 'dist'));
  symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'));
  writeFileSync(join(place, 'package.json'), '{"type":"module"}');
  execFileSync(process.execPath, [tsc, '-p', config], { stdio: 'inherit' });
  script = join(place, 'program.js');
  writeFileSync(script, PROGRAM);
});

describe('invariant 6: trace before release', () => {
  it('loses nothing that was flushed before SIGKILL, 50 times', async () => {
    const path = join(folder(), 't.jsonl');
    for (let round = 0; round < 50; round += 1) {
      const child = spawn(process.execPath, [script, path, 'kill'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let seen = '';
      const wanted = 1 + Math.floor(Math.random() * 200);
      child.stdout.on('data', (chunk) => {
        seen += chunk;
        if (seen.split('\n').length > wanted) child.kill('SIGKILL');
      });
      await once(child, 'close');
      const last = Number(seen.split('\n').at(-2));
      expect(last).toBeGreaterThanOrEqual(wanted);
      const text = readFileSync(path, 'utf8');
      const session = text.slice(text.lastIndexOf('"kind":"session.start"'));
      expect(session).toContain(`"callId":"${last}"`);
    }
    const report = await verifyTrace(path);
    expect(['open', 'cut']).toContain(report.verdict);
    expect(report.sessions).toBe(50);
  });
});

/** A limit on file size makes the kernel refuse in mid-line, as a full disk does (EFBIG; see setrlimit(2)). */
function withFileLimit(kilobytes: number, args: string[]) {
  return spawnSync(
    'bash',
    ['-c', `ulimit -f ${kilobytes}; exec "$@"`, 'bash', process.execPath, ...args],
    { encoding: 'utf8' },
  );
}

describe('a full disk', () => {
  it.each([4, 5, 64])('at %i kB leaves an intact chain and says why', async (kilobytes) => {
    const path = join(folder(), 't.jsonl');
    const run = withFileLimit(kilobytes, [script, path, 'fill']);
    expect(run.status).toBe(0);
    const { sent, lost, healthy } = JSON.parse(run.stdout);
    expect(healthy).toBe(false);
    // Ten records at least were sent after the fault; short ones may still have fitted.
    const report = await verifyTrace(path);
    expect(report.findings).toEqual([]);
    const calls = readFileSync(path, 'utf8').split('"kind":"call"').length - 1;
    expect(calls + lost).toBe(sent);
    expect(run.stderr).toMatch(/t\.jsonl cannot be written: EFBIG/);
    expect(run.stderr).toContain(`lost at the end of ${path}: ${lost}`);
  });

  it('goes on when there is room again', async (context) => {
    const mount = folder();
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', mount]);
    if (mounted.status !== 0) return context.skip('mounting is not permitted here');
    try {
      const ballast = join(mount, 'ballast');
      writeFileSync(ballast, Buffer.alloc(128 * 1024));
      const path = join(mount, 't.jsonl');
      const args = [script, path, 'recover', ballast];
      const run = spawnSync(process.execPath, args, { encoding: 'utf8' });
      expect(run.stderr).toMatch(/cannot be written: ENOSPC/);
      expect(run.stderr).toContain('again');
      const { lost } = JSON.parse(run.stdout);
      expect(await verifyTrace(path)).toMatchObject({ verdict: 'closed', lost });
      expect(readFileSync(path, 'utf8')).toContain(`"lost":${lost}`);
      rmSync(path);
    } finally {
      spawnSync('umount', [mount]);
    }
  });
});
