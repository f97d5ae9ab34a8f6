import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { startDirect, Workspace } from './fuze-process.js';

const node = (script: string) => startDirect([process.execPath, '-e', script]);

describe('PipedProcess', () => {
  test('cuts stdout into lines, whatever the chunks, and keeps their bytes', async () => {
    const process = node(
      `process.stdin.on('data', (chunk) => { for (const byte of chunk) process.stdout.write(Buffer.from([byte])); })`,
    );
    await process.write(Buffer.from([0x61, 0xff, 0x0d, 0x0a, 0x0a, 0x62]));
    expect((await process.next()).raw).toEqual(Buffer.from([0x61, 0xff, 0x0d]));
    expect((await process.next()).raw).toEqual(Buffer.alloc(0));
    process.endInput();
    await process.closed;
    expect(process.unfinishedLine.toString()).toBe('b');
  });

  test('a wait takes the line it wants and leaves the others', async () => {
    const process = node(`console.log('{"id":"1","result":{}}\\n{"id":1,"result":{"n":2}}\\nx')`);
    expect((await process.response(1)).result).toEqual({ n: 2 });
    await process.closed;
    expect(process.unread.map((line) => line.text)).toEqual(['{"id":"1","result":{}}', 'x']);
  });

  test('a wait that cannot succeed any more says what there was', async () => {
    const process = node(`console.log('hello'); console.error('sorry'); process.exitCode = 3`);
    await process.stderrMatches(/sor+y/);
    await expect(process.response(1)).rejects.toThrow(/hello.*sorry/s);
    await expect(process.stderrMatches(/glad/)).rejects.toThrow('never matched');
    expect(await process.closed).toEqual({ code: 3, signal: null });
  });
});

describe('Workspace', () => {
  const seen: { workspace?: Workspace; pid?: number } = {};

  test('knows which processes still run for it', async () => {
    const workspace = new Workspace('# empty');
    const script = `
      process.on('SIGTERM', () => {});
      setInterval(() => {}, 1000);
      console.log(process.env.HOME);`;
    const { pid, next } = ((running) => ({ pid: running.pid, next: running.next() }))(
      startDirect([process.execPath, '-e', script], { workspace }),
    );
    expect((await next).text).toBe(workspace.home);
    if (process.platform === 'linux') expect(workspace.survivors()).toEqual([pid]);
    expect(workspace.read('fuze.toml').toString()).toBe('# empty');
    Object.assign(seen, { workspace, pid });
  });

  test('is gone after its test, with everything that ran in it', () => {
    expect(existsSync(seen.workspace?.dir ?? '/')).toBe(false);
    expect(seen.workspace?.survivors()).toEqual([]);
    expect(() => process.kill(seen.pid ?? process.pid, 0)).toThrow('ESRCH');
  });
});
