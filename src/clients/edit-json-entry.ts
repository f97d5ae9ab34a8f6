import { createScanner, type Node } from 'jsonc-parser';
import type { EntryEdit, Member } from './entry-edits.js';
import { membersOf, parseJson } from './json-servers.js';
import { dropElements, lineStart, prependElements, type Span, type Splice } from './text-edit.js';

const spanOf = ({ offset, length }: Node): Span => ({ start: offset, end: offset + length });

/** JSON on one line, with the blanks that people write, or without any. */
function write(value: unknown, isTight: boolean): string {
  if (isTight || typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => write(item, false)).join(', ')}]`;
  const members = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}: ${write(item, false)}`,
  );
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

/** How the members of an object are set apart, seen at one of them. */
function layoutAt(text: string, pair: Node): { isTight: boolean; gap: string } {
  const value = pair.children?.[1];
  const isTight = value !== undefined && text[value.offset - 1] === ':';
  return { isTight, gap: lineStart(text, pair.offset) ?? (isTight ? '' : ' ') };
}

function writeMembers(members: readonly Member[], isTight: boolean): string[] {
  return members.map(
    ([key, value]) => `${JSON.stringify(key)}:${isTight ? '' : ' '}${write(value, isTight)}`,
  );
}

/** The offset of the comma that is the next thing after an offset, comments aside. */
function commaAfter(text: string, offset: number): number | undefined {
  const scanner = createScanner(text, true);
  scanner.setPosition(offset);
  scanner.scan();
  const next = scanner.getTokenOffset();
  return text[next] === ',' ? next : undefined;
}

/** Takes out a member and the comma that set it apart, with their line if nothing else is on it. */
function removal(text: string, object: Node, pair: Node): Splice[] {
  const pairs = object.children ?? [];
  const previous = pairs[pairs.indexOf(pair) - 1];
  const { start, end } = spanOf(pair);
  const after = commaAfter(text, end);
  const before =
    previous && after === undefined ? commaAfter(text, spanOf(previous).end) : undefined;
  const comma = (at: number | undefined): Splice[] =>
    at === undefined ? [] : [{ start: at, end: at + 1, text: '' }];
  const isTogether = after !== undefined && text.slice(end, after).trim() === '';
  const tail = isTogether ? after + 1 : end;
  const line = lineStart(text, start);
  const rest = /^[ \t]*(?=\r?\n)/.exec(text.slice(tail));
  const blanks = /^[ \t]*/.exec(text.slice(tail))?.[0].length ?? 0;
  const whole =
    line !== undefined && rest !== null
      ? { start: start - line.length, end: tail + rest[0].length, text: '' }
      : { start, end: tail + blanks, text: '' };
  return [...comma(before), whole, ...(isTogether ? [] : comma(after))];
}

/** The splices that carry out one edit in the text of a JSON object; undefined when it has no such member. */
export function editJsonEntry(text: string, edit: EntryEdit): readonly Splice[] | undefined {
  const object = parseJson(text);
  if (object === undefined) return undefined;
  const member = membersOf(object).get(edit.kind === 'insert' ? edit.after : edit.key);
  if (member === undefined) return undefined;
  const { pair, value } = member;
  const { isTight, gap } = layoutAt(text, pair);
  const elements = (value.children ?? []).map(spanOf);
  switch (edit.kind) {
    case 'set':
      return [{ ...spanOf(value), text: write(edit.value, isTight) }];
    case 'prepend': {
      const written = edit.values.map((item) => write(item, isTight));
      return [prependElements(text, value.offset + 1, elements, written)];
    }
    case 'drop': {
      const splice = dropElements(elements, edit.count);
      return splice && [splice];
    }
    case 'insert': {
      const { end } = spanOf(pair);
      const added = writeMembers(edit.members, isTight).map((member) => `,${gap}${member}`);
      return [{ start: end, end, text: added.join('') }];
    }
    case 'replace':
      if (edit.members.length === 0) return removal(text, object, pair);
      return [{ ...spanOf(pair), text: writeMembers(edit.members, isTight).join(`,${gap}`) }];
  }
}
