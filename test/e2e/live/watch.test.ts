import { describe, expect, it } from 'vitest';
import {
  type FuzeProcess,
  fixture,
  runFuze,
  startProxy,
  Workspace,
} from '../support/fuze-process.js';
import { announced } from '../support/live-status.js';
import { Terminal } from '../support/terminal.js';

const ENTER = '\u001b[?1049h';
const LEAVE = '\u001b[?25h\u001b[?1049l';

function start(workspace: Workspace, name: string) {
  return startProxy(fixture('raw-server'), { workspace, flags: ['--name', name] });
}

async function loop(fuze: FuzeProcess): Promise<void> {
  while ((await fuze.call('ok', { same: 1 })).decision?.action !== 'kill');
}

function killing(): Workspace {
  return new Workspace('[proxy]\non_loop = "kill"\n');
}

describe('fuze watch', () => {
  it('shows the runs on 80 by 24, and what happens to them', async () => {
    const workspace = killing();
    const fuze = start(workspace, 'files');
    await fuze.call('ok');
    await announced(workspace, 1);
    const terminal = new Terminal(['watch'], workspace);
    await terminal.shows(/^> +files +run_[0-9a-f]{8} +1 .* open *$/m);
    await loop(fuze);
    await terminal.shows(/^> +files .* ended *$/m);
    expect(terminal.screen.join('\n')).toMatch(/^ended by repeat, trip fg_/m);
    expect(terminal.screen).toHaveLength(24);
    for (const line of terminal.screen) expect(line).toMatch(/^.{0,80}$/u);
    terminal.type('q');
    expect(await terminal.exit()).toBe(0);
  });

  it('resets the chosen run, and only that', async () => {
    const workspace = killing();
    const one = start(workspace, 'one');
    await loop(one);
    const two = start(workspace, 'two');
    await loop(two);
    await announced(workspace, 2);
    const terminal = new Terminal(['watch'], workspace);
    await terminal.shows(/^> +one .* ended *$/m);
    terminal.type('\u001b[B');
    await terminal.shows(/^> +two /m);
    terminal.type('kj');
    terminal.type('r');
    await terminal.shows(/^run_[0-9a-f]{16} goes on\.$/m);
    await terminal.shows(/^> +two .* open *$/m);
    expect((await two.call('ok', { same: 1 })).decision).toBeUndefined();
    expect((await one.call('ok', { same: 1 })).decision).toMatchObject({ check: 'killed' });
    terminal.type('r');
    await terminal.shows(/nothing to reset/);
    terminal.type('q');
    expect(await terminal.exit()).toBe(0);
  });

  it.each([
    ['q', (terminal: Terminal) => terminal.type('q'), 0],
    ['Ctrl-C', (terminal: Terminal) => terminal.type('\u0003'), 0],
    ['SIGTERM', (_: Terminal, pid: number) => process.kill(pid, 'SIGTERM'), 143],
  ])('gives the terminal back at %s', async (_, end, code) => {
    const workspace = new Workspace();
    const terminal = new Terminal(['watch'], workspace);
    await terminal.shows(/No fuze proxy is running/);
    const pid = Math.max(...workspace.survivors());
    end(terminal, pid);
    expect(await terminal.exit()).toBe(code);
    expect(terminal.output.startsWith(ENTER)).toBe(true);
    expect(terminal.output.trimEnd().endsWith(LEAVE)).toBe(true);
  });

  it('is refused where there is no terminal, and names what to use', async () => {
    const { code, stdout, stderr } = await runFuze(['watch']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^fuze: watch needs a terminal .* Use "fuze status"/);
  });
});
