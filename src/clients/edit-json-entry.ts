import type { Node } from 'jsonc-parser';
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

/** Takes out a member with the comma that set it apart. */
function removal(object: Node, pair: Node): Splice {
  const pairs = object.children ?? [];
  const index = pairs.indexOf(pair);
  const { start, end } = spanOf(pair);
  const next = pairs[index + 1];
  const previous = pairs[index - 1];
  if (next !== undefined) return { start, end: next.offset, text: '' };
  return { start: previous === undefined ? start : spanOf(previous).end, end, text: '' };
}

/** The splice that carries out one edit in the text of a JSON object; undefined when it has no such member. */
export function editJsonEntry(text: string, edit: EntryEdit): Splice | undefined {
  const object = parseJson(text);
  if (object === undefined) return undefined;
  const member = membersOf(object).get(edit.kind === 'insert' ? edit.after : edit.key);
  if (member === undefined) return undefined;
  const { pair, value } = member;
  const { isTight, gap } = layoutAt(text, pair);
  const elements = (value.children ?? []).map(spanOf);
  switch (edit.kind) {
    case 'set':
      return { ...spanOf(value), text: write(edit.value, isTight) };
    case 'prepend': {
      const written = edit.values.map((item) => write(item, isTight));
      return prependElements(text, value.offset + 1, elements, written);
    }
    case 'drop':
      return dropElements(elements, edit.count);
    case 'insert': {
      const { end } = spanOf(pair);
      const added = writeMembers(edit.members, isTight).map((member) => `,${gap}${member}`);
      return { start: end, end, text: added.join('') };
    }
    case 'replace':
      if (edit.members.length === 0) return removal(object, pair);
      return { ...spanOf(pair), text: writeMembers(edit.members, isTight).join(`,${gap}`) };
  }
}
