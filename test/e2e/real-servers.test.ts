import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { everything } from './real-servers/everything.js';
import { filesystem } from './real-servers/filesystem.js';
import { memory } from './real-servers/memory.js';
import { type Transcript, transcript } from './real-servers/normalise.js';
import type { Recorder } from './real-servers/recorder.js';
import { Session } from './real-servers/session.js';
import { type Command, fuzeBin, Workspace } from './support/fuze-process.js';

const require = createRequire(import.meta.url);

/** The program that the package's `bin` names. */
function entryPoint(name: string): string {
  const manifest = require.resolve(`@modelcontextprotocol/server-${name}/package.json`);
  const { bin }: { bin: Record<string, string> } = JSON.parse(readFileSync(manifest, 'utf8'));
  return join(manifest, '..', Object.values(bin)[0] ?? '');
}

interface Subject {
  readonly name: string;
  readonly scenario: (session: Session) => Promise<void>;
  readonly args: (folder: string) => readonly string[];
  readonly env: (folder: string) => Readonly<Record<string, string>>;
  /** Listed tools that the scenario does not call, each with the reason. */
  readonly skipped: Readonly<Record<string, string>>;
}

const none = (): readonly string[] => [];
const nothing = (): Readonly<Record<string, string>> => ({});

const subjects: readonly Subject[] = [
  { name: 'everything', scenario: everything, args: none, env: nothing, skipped: {} },
  {
    name: 'filesystem',
    scenario: filesystem,
    args: (folder) => [folder],
    env: nothing,
    skipped: {},
  },
  {
    name: 'memory',
    scenario: memory,
    args: none,
    env: (folder) => ({ MEMORY_FILE_PATH: join(folder, 'memory.jsonl') }),
    skipped: {},
  },
];

interface Run {
  readonly recorder: Recorder;
  readonly transcript: Transcript;
  readonly workspace: Workspace;
}

const directly = (server: Command): Command => server;

const throughFuze = (server: Command): Command => {
  return [process.execPath, fuzeBin, 'proxy', '--trace', 'trace.jsonl', '--', ...server];
};

async function run(subject: Subject, through: (server: Command) => Command): Promise<Run> {
  const workspace = new Workspace();
  const folder = workspace.path('folder');
  mkdirSync(folder);
  const server: Command = [process.execPath, entryPoint(subject.name), ...subject.args(folder)];
  const launch = {
    command: through(server),
    env: workspace.env(subject.env(folder)),
    cwd: workspace.dir,
    folder,
  };
  const recorder = await Session.transcribe(launch, subject.scenario);
  return { recorder, workspace, transcript: transcript(recorder, join(workspace.dir, '..')) };
}

describe.each(subjects)('server-$name through the official client', (subject) => {
  // Three runs with pauses of the server's own making.
  test('says the same through fuze as directly', { timeout: 180_000 }, async () => {
    const [direct, again, guarded] = await Promise.all([
      run(subject, directly),
      run(subject, directly),
      run(subject, throughFuze),
    ]);
    // A tool that an update of the server brings must be called, or left out for a reason.
    const { listed, called } = direct.recorder;
    const skipped = Object.keys(subject.skipped);
    expect(listed.filter((name) => !called.includes(name) && !skipped.includes(name))).toEqual([]);
    expect(skipped.filter((name) => !listed.includes(name))).toEqual([]);

    expect(again.transcript, 'two direct runs').toEqual(direct.transcript);
    expect(guarded.transcript, 'through fuze').toEqual(direct.transcript);

    // And fuze really stood in between: it has written down every call.
    const calls = guarded.workspace
      .jsonLines('trace.jsonl')
      .filter(({ payload }) => JSON.stringify(payload).includes('"kind":"call"'));
    // One that goes on as a task has a record of that beside the record of its end.
    const ended = calls.filter(
      ({ payload }) => !JSON.stringify(payload).includes('"outcome":"task"'),
    );
    expect(ended).toHaveLength(called.length);
  });
});
