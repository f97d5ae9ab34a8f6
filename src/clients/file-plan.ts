import { realpathSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { FileProblem } from './file-problem.js';
import type { ConfigFile } from './locate-files.js';
import { parseServers, readServers } from './read-servers.js';
import { type EntryValues, type ServerEntry, serverTitle } from './server-entry.js';
import { applySplices, type Splice } from './text-edit.js';

/** What becomes of one server. */
export type Verdict =
  | { readonly kind: 'change'; readonly text: string; readonly note?: string | undefined }
  /** It is as it should be. */
  | { readonly kind: 'settled' }
  /** It cannot be changed, and why. */
  | { readonly kind: 'left'; readonly why: string };

/** One server as a judge sees it: its entry parsed, and its text in the file. */
export interface Subject {
  readonly path: readonly string[];
  readonly values: EntryValues;
  readonly text: string;
}

/** What is to happen to one file, and what it was when that was decided. */
export interface FilePlan {
  readonly file: ConfigFile;
  /** Where the bytes are: links are followed, and stay. */
  readonly target: string;
  readonly bytes: Buffer;
  /** The text as it is, without its byte order mark. */
  readonly text: string;
  /** The whole file as it will be. */
  readonly newBytes: Buffer;
  /** What differs; offsets count in `text`. */
  readonly splices: readonly Splice[];
  /** Names of all servers of the file, without the project that they belong to. */
  readonly servers: readonly string[];
  /** Titles of servers. */
  readonly changed: readonly string[];
  readonly settled: readonly string[];
  readonly left: readonly { readonly name: string; readonly why: string }[];
  readonly notes: readonly string[];
  /** The changed entries, each as it was and as it will be. */
  readonly edits: readonly {
    readonly path: readonly string[];
    readonly before: string;
    readonly after: string;
  }[];
}

export const UNEDITABLE =
  'it is written in a way that fuze does not edit; give it one table of its own, without dotted keys';

/** Servers by name; undefined stands for all. */
export type ServerPick = ReadonlySet<string> | undefined;

function entryText(text: string, { span }: ServerEntry): string | undefined {
  return span && text.slice(span.start, span.end);
}

/** Asks the judge about every server of a file. Throws a FileProblem when the file cannot be read or understood. */
export function planFile(
  file: ConfigFile,
  pick: ServerPick,
  judge: (subject: Subject) => Verdict,
): FilePlan {
  const { bytes, bom, text, servers } = readServers(file);
  const splices: Splice[] = [];
  const changed: string[] = [];
  const settled: string[] = [];
  const left: { name: string; why: string }[] = [];
  const notes: string[] = [];
  const edits: FilePlan['edits'][number][] = [];
  const edited = new Map<ServerEntry, string>();
  for (const server of servers) {
    const { path, values, span } = server;
    if (pick !== undefined && !pick.has(path.at(-1) ?? '')) continue;
    const name = serverTitle(path);
    if (values === undefined || span === undefined) {
      left.push({ name, why: values === undefined ? 'its entry is not a table' : UNEDITABLE });
      continue;
    }
    const before = text.slice(span.start, span.end);
    const verdict = judge({ path, values, text: before });
    if (verdict.kind === 'settled') settled.push(name);
    else if (verdict.kind === 'left') left.push({ name, why: verdict.why });
    else {
      splices.push({ ...span, text: verdict.text });
      edited.set(server, verdict.text);
      edits.push({ path, before, after: verdict.text });
      changed.push(name);
      if (verdict.note !== undefined) notes.push(`${name}: ${verdict.note}`);
    }
  }
  const newText = applySplices(text, splices);
  const expected = servers.map((server) => edited.get(server) ?? entryText(text, server));
  const found = parseServers(file, newText).map((server) => entryText(newText, server));
  // A last look, since this is somebody else's file.
  if (!isDeepStrictEqual(found, expected)) {
    throw new FileProblem(file.path, 'fuze cannot edit it without changing more than it should');
  }
  const newBytes = Buffer.from(bom + newText);
  const target = realpathSync(file.path);
  return {
    file,
    target,
    bytes,
    text,
    newBytes,
    splices,
    servers: servers.map(({ path }) => path.at(-1) ?? ''),
    changed,
    settled,
    left,
    notes,
    edits,
  };
}
