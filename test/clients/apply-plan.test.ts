import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyPlan, assertAsPlanned } from '../../src/clients/apply-plan.js';
import { recordsAfterInstall } from '../../src/clients/install-plan.js';
import { clientOf } from './support/client-files.js';
import { Desk } from './support/desk.js';

const TEXT = '{ "mcpServers": { "a": { "command": "x", "env": { "KEY": "secret" } } } }';
const newDesk = (): Desk => new Desk(clientOf('cursor'), TEXT);

/** Everything that the store holds, by its path in it. */
function kept(desk: Desk): string[] {
  return readdirSync(desk.store.folder, { recursive: true, encoding: 'utf8' }).sort();
}

describe('writing a configuration', () => {
  it.each([0o644, 0o600, 0o660])('keeps its mode %o', (mode) => {
    const desk = newDesk();
    chmodSync(desk.file.path, mode);
    desk.install();
    expect(statSync(desk.file.path).mode & 0o777).toBe(mode);
  });

  it('follows a link and keeps it', () => {
    const desk = newDesk();
    const real = join(dirname(desk.file.path), 'dotfiles', 'mcp.json');
    mkdirSync(dirname(real));
    renameSync(desk.file.path, real);
    symlinkSync(real, desk.file.path);
    desk.install();
    expect(lstatSync(desk.file.path).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, 'utf8')).toContain('proxy');
    expect(readdirSync(dirname(real))).toEqual(['mcp.json']);
    desk.uninstall();
    expect(readFileSync(real, 'utf8')).toBe(TEXT);
  });

  it('is not done when somebody else changed the file since the preview', () => {
    const desk = newDesk();
    const plan = desk.planInstall();
    const later = TEXT.replace('"x"', '"y"');
    desk.write(later);
    const told = `${desk.file.path} was changed since the preview was made`;
    expect(() => assertAsPlanned([plan])).toThrow(told);
    expect(() => applyPlan(plan, desk.store, recordsAfterInstall)).toThrow(told);
    expect(desk.read()).toBe(later);
    rmSync(desk.file.path);
    expect(() => assertAsPlanned([plan])).toThrow(told);
  });

  it('leaves the file as it is when the way back cannot be kept', () => {
    const desk = newDesk();
    const plan = desk.planInstall();
    // A file where the folder of the store should be.
    desk.write(TEXT);
    renameSync(desk.file.path, desk.store.folder);
    desk.write(TEXT);
    expect(() => applyPlan(plan, desk.store, recordsAfterInstall)).toThrow();
    expect(desk.read()).toBe(TEXT);
  });
});

describe('the way back', () => {
  it('is kept for the eyes of its owner, with a copy of the file', () => {
    const desk = newDesk();
    desk.install();
    const files = kept(desk).map((name) => join(desk.store.folder, name));
    expect(files).toHaveLength(3);
    expect(files.map((path) => statSync(path).mode & 0o077)).toEqual([0, 0, 0]);
    const copy = files.find((path) => path.endsWith('.backup')) ?? '';
    expect(readFileSync(copy, 'utf8')).toBe(TEXT);
  });

  it('is forgotten when it was gone, and old copies go', () => {
    const desk = newDesk();
    for (let round = 0; round < 4; round += 1) {
      desk.install();
      desk.uninstall();
    }
    expect(desk.store.read(desk.file.path)).toEqual([]);
    expect(kept(desk).filter((name) => name.endsWith('.json'))).toEqual([]);
    expect(kept(desk).filter((name) => name.endsWith('.backup')).length).toBeLessThanOrEqual(5);
  });

  it('is computed when what was kept is damaged', () => {
    const desk = newDesk();
    desk.install();
    const [name = ''] = kept(desk).filter((path) => path.endsWith('servers.json'));
    rmSync(join(desk.store.folder, name));
    mkdirSync(join(desk.store.folder, name));
    expect(desk.store.read(desk.file.path)).toEqual([]);
    rmSync(join(desk.store.folder, name), { recursive: true });
    desk.uninstall();
    expect(desk.read()).toBe(TEXT);
  });
});
