import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CallReport, isStop } from '../../src/simulation/run-report.js';
import { simulate } from '../../src/simulation/simulate.js';
import { settingsOf } from './support/samples.js';

// Short runs as agents make them, each with a comment in its first line. Those in loops/ tell with which call, counted
// from 1, the loop is evident: from then on nothing was to be expected but the same again.

const RUNS = join(import.meta.dirname, '../../fixtures/runs');

const filesOf = (folder: string): string[] =>
  readdirSync(join(RUNS, folder)).map((name) => join(RUNS, folder, name));

const commentOf = (file: string): string => readFileSync(file, 'utf8').split('\n', 1)[0] ?? '';

function evidentAt(file: string): number {
  const call = /^# Evident at call (\d+): /.exec(commentOf(file))?.[1];
  if (call === undefined) throw new Error(`${file} does not tell when its loop is evident`);
  return Number(call);
}

/** What is decided on the calls of a file at the default settings of the proxy. */
async function decisionsOn(file: string): Promise<readonly CallReport[]> {
  const calls: CallReport[] = [];
  const fail = (...problem: unknown[]): never => {
    throw new Error(JSON.stringify(problem));
  };
  await simulate([{ name: file, open: () => createReadStream(file) }], {
    settings: settingsOf(),
    judge: false,
    onCall: (call) => {
      calls.push(call);
      return undefined;
    },
    onBroken: fail,
    onUnreadable: fail,
    onProblem: fail,
    onProgress: () => {},
    signal: new AbortController().signal,
  });
  return calls;
}

const stopsOf = (calls: readonly CallReport[]) => calls.filter(({ action }) => isStop(action));

describe('the corpus', () => {
  it.each(['work', 'loops'])('holds at least 30 runs in %s/, each with a comment', (folder) => {
    const files = filesOf(folder);
    expect(files.length).toBeGreaterThanOrEqual(30);
    expect(files.filter((file) => !/^# .{20}/.test(commentOf(file)))).toEqual([]);
  });
});

describe('work', () => {
  it.each(filesOf('work'))('is not stopped: %s', async (file) => {
    const calls = await decisionsOn(file);
    expect(calls.length).toBeGreaterThan(2);
    expect(stopsOf(calls)).toEqual([]);
  });
});

describe('a loop', () => {
  it.each(filesOf('loops'))(
    'is stopped at most two calls after it is evident: %s',
    async (file) => {
      const [first] = stopsOf(await decisionsOn(file));
      const at = (first?.index ?? Number.POSITIVE_INFINITY) + 1;
      expect(at).toBeGreaterThanOrEqual(evidentAt(file));
      expect(at).toBeLessThanOrEqual(evidentAt(file) + 2);
    },
  );
});
