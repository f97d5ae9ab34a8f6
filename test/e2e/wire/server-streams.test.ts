import { describe, expect, test } from 'vitest';
import {
  callText,
  expectNoSurvivors,
  memoryOf,
  standstill,
  startRawProxy,
} from '../support/raw-proxy.js';

const mebibyte = 1024 * 1024;
const messages = 200;
/** What fuze may hold of 200 MiB that nobody takes. */
const held = 20 * mebibyte;
/** While they flow, with what the collector has not come to yet. */
const flowing = 100 * mebibyte;

const linux = process.platform === 'linux';

describe.runIf(linux)('a side that does not read', () => {
  test('[nobody-reads] the server: the client waits, memory stays flat, nothing is lost', async () => {
    const { fuze, receivedNow, readOn } = startRawProxy();
    await fuze.call('stop-reading');
    const before = memoryOf(fuze.pid, 'VmHWM');
    const { stdin } = fuze.child;
    const line = Buffer.from(`{"method":"notifications/x","params":"${'x'.repeat(mebibyte)}"}\n`);
    for (let count = 0; count < messages; count += 1) stdin.write(line);
    const waiting = await standstill(() => stdin.writableLength);
    expect(waiting).toBeGreaterThan(150 * mebibyte);
    expect(memoryOf(fuze.pid, 'VmHWM') - before).toBeLessThan(held);
    const early = receivedNow().length;
    readOn();
    expect((await fuze.request('ping', undefined, 'after')).result).toEqual({});
    expect(receivedNow().length - early).toBeGreaterThan(messages * mebibyte);
    expect(memoryOf(fuze.pid, 'VmHWM') - before).toBeLessThan(flowing);
  });

  test('[nobody-reads] the client: the server waits, memory stays flat, nothing is lost', async () => {
    const { fuze } = startRawProxy();
    await fuze.request('ping', undefined, 'before');
    const before = memoryOf(fuze.pid, 'VmHWM');
    fuze.pauseOutput();
    await fuze.write(`${callText('1', 'flood', { messages, bytes: mebibyte })}\n`);
    await standstill(() => memoryOf(fuze.pid, 'VmRSS'));
    expect(memoryOf(fuze.pid, 'VmHWM') - before).toBeLessThan(held);
    fuze.resumeOutput();
    expect((await fuze.response(1)).toolText).toBe('ok');
    expect(fuze.unread.map(({ raw }) => raw.length > mebibyte)).toEqual(Array(messages).fill(true));
    expect(memoryOf(fuze.pid, 'VmHWM') - before).toBeLessThan(flowing);
  });

  test('[nobody-reads] the client does not read what fuze itself answers: it has to wait too', async () => {
    const { fuze } = startRawProxy();
    const { stdin } = fuze.child;
    const lines = 100_000;
    const line = `"${'x'.repeat(100)}"\n`;
    // What the engine takes once, for many answers, is not what is measured.
    stdin.write(line.repeat(lines / 10));
    await fuze.request('ping', undefined, 'before');
    const seen = fuze.unread.length;
    const before = memoryOf(fuze.pid, 'VmHWM');
    fuze.pauseOutput();
    for (let count = 0; count < lines / 100; count += 1) stdin.write(line.repeat(100));
    expect(await standstill(() => stdin.writableLength)).toBeGreaterThan(0);
    expect(memoryOf(fuze.pid, 'VmHWM') - before).toBeLessThan(held);
    fuze.resumeOutput();
    await fuze.request('ping', undefined, 'after');
    expect(fuze.unread).toHaveLength(seen + lines);
  });

  test('[nobody-reads] the server, and fuze is told to end: it does', async () => {
    const { fuze } = startRawProxy();
    await fuze.call('stop-reading');
    const { stdin } = fuze.child;
    const line = `{"method":"notifications/x","params":"${'x'.repeat(mebibyte)}"}\n`;
    for (let count = 0; count < 5; count += 1) stdin.write(line);
    await standstill(() => stdin.writableLength);
    fuze.signal('SIGTERM');
    expect((await fuze.exit).code).toBe(143);
    await expectNoSurvivors(fuze);
  });
});

describe('a server that closes its streams', () => {
  test('[stdin-closed] early: as if the server had gone', async () => {
    const { fuze } = startRawProxy();
    await fuze.write(`${callText('1', 'never')}\n`);
    await fuze.call('close-stdin', {}, 2);
    let over = false;
    const answers = fuze.response(1).finally(() => {
      over = true;
    });
    // The first write may still find the pipe open.
    while (!over) await fuze.notify('notifications/x').catch(() => {});
    expect((await answers).error).toMatchObject({ code: -32000 });
    expect((await fuze.exit).code).toBe(1);
    expect(fuze.stderr).not.toMatch(/internal error|at .*\.js/);
    await expectNoSurvivors(fuze);
  });

  test('[stdin-closed] while nothing is written to it, nothing happens', async () => {
    const { fuze } = startRawProxy();
    await fuze.call('close-stdin', {}, 1);
    fuze.endInput();
    expect((await fuze.exit).code).toBe(0);
    await expectNoSurvivors(fuze);
  });

  test('[stdin-closed] and one that closes its stdout can answer nothing either', async () => {
    const { fuze } = startRawProxy();
    await fuze.write(`${callText('1', 'never')}\n${callText('2', 'close-stdout')}\n`);
    for (const id of [1, 2]) {
      expect((await fuze.response(id)).error).toMatchObject({ code: -32000 });
    }
    expect((await fuze.exit).code).toBe(1);
    await expectNoSurvivors(fuze);
  });
});

describe('stderr', () => {
  test('[server-stderr] is passed through as it is, all of it', async () => {
    const { fuze } = startRawProxy({ server: ['--stderr', 'starting é€😀'] });
    const text = `${'log line\n'.repeat(100_000)}the end\n`;
    await fuze.call('stderr', { text });
    fuze.endInput();
    await fuze.closed;
    expect(fuze.stderr).toBe(`starting é€😀\n${text}`);
    expect(fuze.unread).toEqual([]);
  });

  test('[server-stderr] last words are not lost', async () => {
    const { fuze } = startRawProxy({ server: ['--stderr', 'I cannot go on', '--exit', '9'] });
    expect((await fuze.closed).code).toBe(9);
    expect(fuze.stderr).toBe('I cannot go on\n');
  });

  test.runIf(linux)(
    '[server-stderr] is not read: the calls go on, memory stays flat, and fuze can be ended',
    async () => {
      const { fuze } = startRawProxy({ flags: ['--verbose'] });
      await fuze.request('ping', undefined, 'before');
      const before = memoryOf(fuze.pid, 'VmHWM');
      fuze.child.stderr.pause();
      // 40,000 lines that are no messages, of which fuze would show each.
      const text = `${'x'.repeat(1000)}\n`.repeat(1000);
      for (let n = 0; n < 40; n += 1) {
        expect((await fuze.call('banner', { text, n })).result).toBeDefined();
      }
      expect(memoryOf(fuze.pid, 'VmHWM') - before).toBeLessThan(flowing);
      await fuze.write(`${callText('"s"', 'stderr', { text: text.repeat(5) })}\n`);
      fuze.signal('SIGTERM');
      expect((await fuze.exit).code).toBe(143);
      await expectNoSurvivors(fuze);
    },
  );
});
