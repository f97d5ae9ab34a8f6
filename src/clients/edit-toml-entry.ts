import { stringify } from 'smol-toml';
import { type TomlPlace, walkToml } from '../config/toml-places.js';
import type { EntryEdit, Member } from './entry-edits.js';
import { isTable } from './server-entry.js';
import { dropElements, lineStart, prependElements, type Span, type Splice } from './text-edit.js';
import { endOfLine, isUnder } from './toml-servers.js';

/** A key or a string, as TOML writes it. */
function writeKey(key: string): string {
  return /^[\w-]+$/.test(key) ? key : stringify({ k: key }).trim().slice('k = '.length);
}

/** A value on one line: tables inline, so that it can stand anywhere. */
function write(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(write).join(', ')}]`;
  if (isTable(value) && !(value instanceof Date)) {
    const members = Object.entries(value).map(([key, item]) => `${writeKey(key)} = ${write(item)}`);
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
  }
  return stringify({ k: value }).trim().slice('k = '.length);
}

const writeMembers = (members: readonly Member[]): string[] =>
  members.map(([key, value]) => `${writeKey(key)} = ${write(value)}`);

/** The text of one server, cut into its members. */
interface Entry {
  readonly text: string;
  readonly isInline: boolean;
  readonly newline: string;
  readonly path: TomlPlace['path'];
  readonly places: readonly TomlPlace[];
}

function entryOf(text: string): Entry | undefined {
  const { places } = walkToml(text);
  const [head] = places;
  if (head === undefined) return undefined;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  return { text, isInline: head.kind === 'pair', newline, path: head.path, places };
}

/** The member of that name, unless it is written in pieces (`env.A = 1`). */
function memberOf({ places, path }: Entry, key: string): TomlPlace | undefined {
  return places.find(
    (place) => place.path.length === path.length + 1 && isUnder(place.path, [...path, key]),
  );
}

/** All of the line of a member that has it to itself; else the member. */
function lineOf(text: string, { start, end }: TomlPlace): Span {
  const rest = /^[ \t]*(\r?\n|$)/.exec(text.slice(end));
  const before = lineStart(text, start);
  if (rest === null || before === undefined) return { start, end };
  const indent = before.replace(/^\r?\n/, '').length;
  return { start: start - indent, end: end + rest[0].length };
}

/** Takes a member out of an inline table, with the comma that set it apart. */
function inlineRemoval({ places, path }: Entry, member: TomlPlace): Splice {
  const members = places.filter((place) => place.path.length === path.length + 1);
  const index = members.indexOf(member);
  const next = members[index + 1];
  const previous = members[index - 1];
  if (next !== undefined) return { start: member.start, end: next.start, text: '' };
  return { start: previous?.end ?? member.start, end: member.end, text: '' };
}

/** Takes out a member: a line, or a table of its own with all that is in it. */
function removal(entry: Entry, member: TomlPlace): Splice {
  const { text, places } = entry;
  if (entry.isInline) return inlineRemoval(entry, member);
  const others = places.filter((place) => !isUnder(place.path, member.path));
  const end = endOfLine(text, Math.max(...others.map((place) => place.end)));
  // An entry ends with its last member: a comment left behind would not belong to it any more.
  if (end < member.start) return { start: end, end: text.length, text: '' };
  if (member.kind === 'pair') return { ...lineOf(text, member), text: '' };
  const next = others.find((place) => place.start > member.start);
  return { start: member.start, end: next?.start ?? text.length, text: '' };
}

/** Puts members after one that is a line of its own, or part of an inline table. */
function insertion(entry: Entry, after: TomlPlace, members: readonly Member[]): Splice | undefined {
  // After a table of its own they would be its members.
  if (after.kind === 'table') return undefined;
  const { text, newline, isInline } = entry;
  if (isInline) {
    const added = writeMembers(members).map((member) => `, ${member}`);
    return { start: after.end, end: after.end, text: added.join('') };
  }
  const lineEnd = /\r?\n/.exec(text.slice(after.end));
  const at = lineEnd === null ? text.length : after.end + lineEnd.index;
  const gap = lineStart(text, after.start) ?? newline;
  return {
    start: at,
    end: at,
    text: writeMembers(members)
      .map((member) => `${gap}${member}`)
      .join(''),
  };
}

function spliceFor(text: string, edit: EntryEdit): Splice | undefined {
  const entry = entryOf(text);
  const member = entry && memberOf(entry, edit.kind === 'insert' ? edit.after : edit.key);
  if (entry === undefined || member === undefined) return undefined;
  if (edit.kind === 'insert') return insertion(entry, member, edit.members);
  if (edit.kind === 'replace' && edit.members.length === 0) return removal(entry, member);
  if (member.kind === 'table') return undefined;
  const elements = entry.places
    .filter(
      ({ kind, path }) =>
        kind === 'element' && path.length === member.path.length + 1 && isUnder(path, member.path),
    )
    .map(({ value, end }) => ({ start: value, end }));
  switch (edit.kind) {
    case 'set':
      return { start: member.value, end: member.end, text: write(edit.value) };
    case 'prepend':
      return prependElements(text, member.value + 1, elements, edit.values.map(write));
    case 'drop':
      return dropElements(elements, edit.count);
    case 'replace': {
      const gap = entry.isInline ? ', ' : (lineStart(text, member.start) ?? entry.newline);
      return { start: member.start, end: member.end, text: writeMembers(edit.members).join(gap) };
    }
  }
}

/** The splices that carry out one edit in the text of a server; undefined when it is not written so that they could. */
export function editTomlEntry(text: string, edit: EntryEdit): readonly Splice[] | undefined {
  const splice = spliceFor(text, edit);
  return splice && [splice];
}
