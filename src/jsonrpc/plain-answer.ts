import type { RequestId } from './id.js';
import { plainId } from './plain-id.js';
import { type Member, skipValue } from './scan.js';
import { skipSpace } from './scan-scalar.js';
import type { AnswerMessage } from './server-message.js';
import { spells } from './spells.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Most results have none of the members that are told apart. */
const NO_MEMBERS: ReadonlyMap<string, Member> = new Map();
const RESULT_MEMBERS = ['_meta', 'isError', 'resultType', 'structuredContent', 'task'] as const;

/** How a result of one text begins, as nearly all servers write it. */
export const TEXT_HEAD = '{"content":[{"type":"text","text":';
const TEXT_TAIL = '}]';
/** A longer text is found as soon in a walk. */
const SHORT_TEXT_BYTES = 256;

/** Behind the closing quote of the name at `at`; -1 where it is none, or has an escape, which can spell any letter. */
function nameEnd(bytes: Buffer, at: number, end: number): number {
  if (bytes[at] !== QUOTE) return -1;
  for (let position = at + 1; position < end; position += 1) {
    const byte = bytes[position] ?? 0;
    if (byte === QUOTE) return position + 1;
    if (byte === BACKSLASH || byte < 0x20) return -1;
  }
  return -1;
}

/** From behind a name to its value; -1 where there is no colon. */
function valueAt(bytes: Buffer, behind: number, end: number): number {
  const colon = skipSpace(bytes, behind, end);
  return bytes[colon] === COLON ? skipSpace(bytes, colon + 1, end) : -1;
}

/** Behind the content of a result that begins with one short text, seen at one look; -1 for any other. */
function skipShortText(bytes: Buffer, at: number, end: number): number {
  const from = at + TEXT_HEAD.length;
  if (!spells(bytes, at, from, TEXT_HEAD) || bytes[from] !== QUOTE) return -1;
  const most = Math.min(end, from + SHORT_TEXT_BYTES);
  for (let position = from + 1; position < most; position += 1) {
    const byte = bytes[position];
    if (byte === BACKSLASH) position += 1;
    if (byte !== QUOTE) continue;
    const behind = position + 1 + TEXT_TAIL.length;
    return spells(bytes, position + 1, behind, TEXT_TAIL) ? behind : -1;
  }
  return -1;
}

/** The result that was read last: its members that are told apart, and the position behind it. */
let resultMembers: Map<string, Member> | undefined;

/** Walks the member of a result at `keyStart`; the position behind it, or -1. */
function walkMember(bytes: Buffer, keyStart: number, end: number): number {
  const keyEnd = nameEnd(bytes, keyStart, end);
  const valueStart = keyEnd === -1 ? -1 : valueAt(bytes, keyEnd, end);
  const valueEnd = valueStart === -1 ? -1 : skipValue(bytes, valueStart, end);
  if (valueEnd === -1) return -1;
  for (const name of RESULT_MEMBERS) {
    if (!spells(bytes, keyStart + 1, keyEnd - 1, name)) continue;
    resultMembers ??= new Map();
    resultMembers.set(name, { keyStart, keyEnd, valueStart, valueEnd });
  }
  return valueEnd;
}

/** Walks the result at `at`; the position behind it, or -1. */
function walkResult(bytes: Buffer, at: number, end: number): number {
  resultMembers = undefined;
  if (bytes[at] !== OPEN_BRACE) return -1;
  let position = skipShortText(bytes, at, end);
  if (position === -1) {
    const first = skipSpace(bytes, at + 1, end);
    if (bytes[first] === CLOSE_BRACE) return first + 1;
    position = walkMember(bytes, first, end);
  }
  while (position !== -1) {
    const next = skipSpace(bytes, position, end);
    if (bytes[next] === CLOSE_BRACE) return next + 1;
    if (bytes[next] !== COMMA) return -1;
    position = walkMember(bytes, skipSpace(bytes, next + 1, end), end);
  }
  return -1;
}

/**
 * The answer to a call that succeeded, as nearly all servers write it: `jsonrpc`, a plain `id` and an object as the
 * `result`, each once and in any order. Undefined for anything else, which is then read with more care. It stands from
 * `start` to `end`, where others may follow: what a walk takes of them it does not find its end in.
 */
export function readPlainAnswer(
  bytes: Buffer,
  start = 0,
  end = bytes.length,
): AnswerMessage | undefined {
  if (bytes[start] !== OPEN_BRACE) return undefined;
  let id: RequestId | undefined;
  let result: Member | undefined;
  let seenVersion = false;
  let position = skipSpace(bytes, start + 1, end);
  for (;;) {
    const keyStart = position;
    const keyEnd = nameEnd(bytes, keyStart, end);
    const valueStart = keyEnd === -1 ? -1 : valueAt(bytes, keyEnd, end);
    if (valueStart === -1) return undefined;
    let valueEnd = -1;
    if (!seenVersion && spells(bytes, keyStart + 1, keyEnd - 1, 'jsonrpc')) {
      seenVersion = true;
      valueEnd = skipValue(bytes, valueStart, end);
    } else if (id === undefined && spells(bytes, keyStart + 1, keyEnd - 1, 'id')) {
      valueEnd = skipValue(bytes, valueStart, end);
      id = valueEnd === -1 ? undefined : plainId(bytes, valueStart, valueEnd);
      if (id === undefined) return undefined;
    } else if (result === undefined && spells(bytes, keyStart + 1, keyEnd - 1, 'result')) {
      valueEnd = walkResult(bytes, valueStart, end);
      result = { keyStart, keyEnd, valueStart, valueEnd };
    }
    if (valueEnd === -1) return undefined;
    position = skipSpace(bytes, valueEnd, end);
    if (bytes[position] === CLOSE_BRACE) break;
    if (bytes[position] !== COMMA) return undefined;
    position = skipSpace(bytes, position + 1, end);
  }
  if (id === undefined || result === undefined) return undefined;
  if (skipSpace(bytes, position + 1, end) !== end) return undefined;
  const told = resultMembers ?? NO_MEMBERS;
  return { kind: 'answer', bytes, id, result, error: undefined, resultMembers: told };
}
