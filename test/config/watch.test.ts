import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadSettings } from '../../src/config/load.js';
import { ConfigError } from '../../src/config/problems.js';
import { watchSettings } from '../../src/config/watch.js';
import { tempFolder } from './temp-folder.js';

const open: { close(): void }[] = [];
afterEach(() => {
  for (const watcher of open.splice(0)) watcher.close();
});

type Event = { iterations: number } | { problem: string };

/** Watches `file`; `next` waits for what it tells, in order; `reloads` counts the attempts. */
function watched(file: string) {
  const events: Event[] = [];
  let wake = (): void => {};
  const tell = (event: Event): void => {
    events.push(event);
    wake();
  };
  let reloads = 0;
  const reload = () => {
    reloads += 1;
    return loadSettings({ kind: 'proxy', flags: { config: file }, env: {}, cwd: '/', home: '/' });
  };
  const watcher = watchSettings(
    reload,
    file,
    (settings) => tell({ iterations: settings.guard.maxIterations }),
    (problem) => tell({ problem: problem instanceof Error ? problem.message : String(problem) }),
  );
  open.push(watcher);
  return {
    reloads: () => reloads,
    close: () => watcher.close(),
    next: async (): Promise<Event> => {
      for (;;) {
        const event = events.shift();
        if (event !== undefined) return event;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

/**
 * Resolves once a look at every file of this folder written before has been taken: signs of one folder come
 * in order, so a second file's change is told after the looks that earlier signs asked for.
 */
async function looked(folder: string): Promise<void> {
  const marker = join(folder, 'marker.toml');
  writeFileSync(marker, toml(1));
  const { next, close } = watched(marker);
  writeFileSync(marker, toml(2));
  await next();
  close();
}

const toml = (iterations: number | string) => `[defaults]\nmax_iterations = ${iterations}\n`;

describe('watchSettings', () => {
  it('takes up a file written in place', async () => {
    const file = join(tempFolder({ 'fuze.toml': toml(1) }), 'fuze.toml');
    const { next } = watched(file);
    writeFileSync(file, toml(2));
    expect(await next()).toEqual({ iterations: 2 });
    writeFileSync(file, toml(3));
    expect(await next()).toEqual({ iterations: 3 });
  });

  it('takes up a file replaced by renaming, again and again', async () => {
    const folder = tempFolder({ 'fuze.toml': toml(1) });
    const file = join(folder, 'fuze.toml');
    const { next } = watched(file);
    for (const iterations of [2, 3, 4]) {
      writeFileSync(join(folder, '.fuze.toml.swp'), toml(iterations));
      renameSync(join(folder, '.fuze.toml.swp'), file);
      expect(await next()).toEqual({ iterations });
    }
  });

  it('makes one change of a burst, and none of writes that change nothing', async () => {
    const folder = tempFolder({ 'fuze.toml': toml(1) });
    const file = join(folder, 'fuze.toml');
    const { next, reloads } = watched(file);
    // All within one turn of the event loop, so no look can come between.
    writeFileSync(file, toml(1));
    for (let iterations = 2; iterations <= 50; iterations += 1)
      writeFileSync(file, toml(iterations));
    appendFileSync(join(folder, 'trace.jsonl'), '{}\n');
    expect(await next()).toEqual({ iterations: 50 });
    expect(reloads()).toBe(1);
    writeFileSync(file, toml(50));
    await looked(folder);
    writeFileSync(file, toml('"x"'));
    writeFileSync(file, toml(50));
    await looked(folder);
    expect(reloads()).toBe(1);
    writeFileSync(file, toml(51));
    expect(await next()).toEqual({ iterations: 51 });
    expect(reloads()).toBe(2);
  });

  it('keeps the settings when the file is invalid, and says so once', async () => {
    const folder = tempFolder({ 'fuze.toml': toml(1) });
    const file = join(folder, 'fuze.toml');
    const { next, reloads } = watched(file);
    writeFileSync(file, toml(-5));
    expect(await next()).toMatchObject({ problem: expect.stringContaining(`${file}:2: `) });
    writeFileSync(file, toml(-5));
    await looked(folder);
    // Back to what is in force already.
    writeFileSync(file, toml(1));
    await looked(folder);
    expect(reloads()).toBe(1);
    writeFileSync(file, toml(2));
    expect(await next()).toEqual({ iterations: 2 });
  });

  it('keeps the settings when the file is emptied or deleted, and goes on when it is back', async () => {
    const file = join(tempFolder({ 'fuze.toml': toml(1) }), 'fuze.toml');
    const { next, reloads } = watched(file);
    writeFileSync(file, '\n');
    expect(await next()).toMatchObject({ problem: expect.stringContaining('is empty') });
    rmSync(file);
    expect(await next()).toMatchObject({ problem: expect.stringContaining('cannot be read') });
    expect(reloads()).toBe(0);
    writeFileSync(file, toml(2));
    expect(await next()).toEqual({ iterations: 2 });
  });

  it('says nothing of a file that was empty for a moment', async () => {
    const file = join(tempFolder({ 'fuze.toml': toml(1) }), 'fuze.toml');
    const { next } = watched(file);
    writeFileSync(file, '');
    writeFileSync(file, toml(2));
    expect(await next()).toEqual({ iterations: 2 });
  });

  it('does not take up another file found in place of its own', async () => {
    const folder = tempFolder({ 'fuze.toml': toml(1), 'other.toml': toml(9) });
    const file = join(folder, 'fuze.toml');
    const other = join(folder, 'other.toml');
    const problem = await new Promise((resolve, reject) => {
      const load = () =>
        loadSettings({ kind: 'proxy', flags: { config: other }, env: {}, cwd: '/', home: '/' });
      open.push(watchSettings(load, file, reject, resolve));
      writeFileSync(file, toml(2));
    });
    expect(String(problem)).toContain('is no longer the file in force');
  });

  it('follows a link to another folder, and a link that is turned', async () => {
    const folder = tempFolder({ 'one/real.toml': toml(1), 'two/real.toml': toml(2) });
    mkdirSync(join(folder, 'config'));
    const file = join(folder, 'config/fuze.toml');
    symlinkSync('../current/real.toml', file);
    symlinkSync('one', join(folder, 'current'));
    const { next } = watched(file);
    writeFileSync(join(folder, 'one/real.toml'), toml(3));
    expect(await next()).toEqual({ iterations: 3 });
    rmSync(file);
    symlinkSync('../two/real.toml', file);
    expect(await next()).toEqual({ iterations: 2 });
  });

  it('does not keep the process alive', () => {
    const file = join(tempFolder({ 'fuze.toml': toml(1) }), 'fuze.toml');
    const alive = () =>
      process.getActiveResourcesInfo().filter((kind) => kind.startsWith('FSEvent')).length;
    const before = alive();
    watched(file);
    expect(alive()).toBe(before);
    // The count would see a watcher that does keep it alive.
    open.push(watch(join(file, '..')));
    expect(alive()).toBe(before + 1);
  });

  it('is silent after close', async () => {
    const folder = tempFolder({ 'fuze.toml': toml(1) });
    const file = join(folder, 'fuze.toml');
    const closed = watched(file);
    const { next } = watched(file);
    closed.close();
    writeFileSync(file, toml(2));
    expect(await next()).toEqual({ iterations: 2 });
    expect(closed.reloads()).toBe(0);
  });

  it('reports a folder that cannot be watched instead of throwing', () => {
    const problems: unknown[] = [];
    const fail = () => {
      throw new ConfigError([]);
    };
    open.push(watchSettings(fail, '/no/such/folder/fuze.toml', fail, (p) => problems.push(p)));
    expect(problems).toHaveLength(1);
    expect(String(problems[0])).toContain('/no/such/folder');
  });
});
