import { longEscapeEnd, scalarEnd } from './canonical-scalar.js';
import { isPlain, PlainRuns } from './plain-runs.js';
import type { SecretNames } from './secret-names.js';
import { type FindStringStop, type StringStops, stringStops } from './string-stops.js';

const SPACE = 0x20;
const QUOTE = 0x22;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;

/** Deeper ones take the way of all others. */
const MAX_NESTING = 64;
/** More of them are not put in order here. */
const MAX_UNSORTED = 64;

/** What may be the beginning of JSON text in a string, as it is spelled there. White space may stand before it. */
const MAY_BE_JSON = /^(?: |\\[nrtf])*(?:[[{]|\\["u]|[\x80-\xff])/;
const MAY_BE_JSON_BYTES = 64;
const SAYS_SOMETHING = /[^ \\nrtf]/;

/** Where a member of an object stands, name and value. */
export interface Place {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** An object whose members are not in the order of RFC 8785. */
export interface Unsorted {
  readonly start: number;
  readonly end: number;
  /** In that order. */
  readonly members: readonly Place[];
}

/** More members are sorted faster by the library's own way, which needs memory for it. */
const FEW_MEMBERS = 12;

function sortByName(members: Place[]): void {
  if (members.length > FEW_MEMBERS) {
    members.sort((a, b) => (a.name < b.name ? -1 : 1));
    return;
  }
  for (let index = 1; index < members.length; index += 1) {
    const member = members[index];
    let to = index;
    for (; member !== undefined && to > 0; to -= 1) {
      const before = members[to - 1];
      if (before === undefined || before.name <= member.name) break;
      members[to] = before;
    }
    if (member !== undefined) members[to] = member;
  }
}

/** False also where a name stands twice. */
function areInOrder(members: readonly Place[]): boolean {
  let before: Place | undefined;
  for (const member of members) {
    if (before !== undefined && before.name >= member.name) return false;
    before = member;
  }
  return true;
}

/** Every method takes where something begins and returns where it ends, or -1 where it is not in canonical form. */
export class CanonicalSpan {
  readonly unsorted: Unsorted[] = [];
  private readonly plain: PlainRuns;
  private readonly stopOf: StringStops;

  constructor(
    private readonly bytes: Buffer,
    private readonly secrets: SecretNames,
    find: FindStringStop | undefined,
  ) {
    this.plain = new PlainRuns(bytes);
    this.stopOf = stringStops(bytes, find);
  }

  value(at: number, depth: number): number {
    const first = this.bytes[at];
    if (first === QUOTE) return this.text(at);
    if (depth > MAX_NESTING) return -1;
    if (first === OPEN_BRACE) return this.object(at, depth + 1);
    if (first === OPEN_BRACKET) return this.array(at, depth + 1);
    return scalarEnd(this.bytes, at);
  }

  private array(at: number, depth: number): number {
    let position = at + 1;
    if (this.bytes[position] === CLOSE_BRACKET) return position + 1;
    for (;;) {
      position = this.value(position, depth);
      if (position === -1) return -1;
      const next = this.bytes[position];
      if (next === CLOSE_BRACKET) return position + 1;
      if (next !== COMMA) return -1;
      position += 1;
    }
  }

  private object(at: number, depth: number): number {
    let position = at + 1;
    if (this.bytes[position] === CLOSE_BRACE) return position + 1;
    const members: Place[] = [];
    for (;;) {
      const start = position;
      const colon = this.name(start);
      if (colon === -1 || this.bytes[colon] !== COLON) return -1;
      const name = this.bytes.toString('latin1', start + 1, colon - 1);
      if (this.secrets.has(name)) return -1;
      position = this.value(colon + 1, depth);
      if (position === -1) return -1;
      members.push({ name, start, end: position });
      const next = this.bytes[position];
      position += 1;
      if (next === CLOSE_BRACE) break;
      if (next !== COMMA) return -1;
    }
    return areInOrder(members) || this.putInOrder(at, position, members) ? position : -1;
  }

  /** False where that would be too many, or where a name stands twice. */
  private putInOrder(start: number, end: number, members: Place[]): boolean {
    if (this.unsorted.length === MAX_UNSORTED) return false;
    this.unsorted.push({ start, end, members });
    sortByName(members);
    return areInOrder(members);
  }

  private name(at: number): number {
    if (this.bytes[at] !== QUOTE) return -1;
    const end = this.plain.end(at + 1);
    return this.bytes[end] === QUOTE ? end + 1 : -1;
  }

  /** A string that is a value. */
  private text(at: number): number {
    let stop = this.stopOf(at + 1);
    while (this.bytes[stop] !== QUOTE) {
      const end = longEscapeEnd(this.bytes, stop);
      if (end === -1) return -1;
      stop = this.stopOf(end);
    }
    return this.mayHoldSecret(at + 1, stop) ? -1 : stop + 1;
  }

  private mayHoldSecret(start: number, end: number): boolean {
    const { bytes } = this;
    const first = bytes[start] ?? 0;
    if (isPlain(first) && first !== SPACE && first !== OPEN_BRACE && first !== OPEN_BRACKET)
      return false;
    const begins = bytes.toString('latin1', start, Math.min(end, start + MAY_BE_JSON_BYTES));
    const isWhole = end - start <= MAY_BE_JSON_BYTES;
    if (!MAY_BE_JSON.test(begins) && (isWhole || SAYS_SOMETHING.test(begins))) return false;
    return this.secrets.mayStandInSpelled(bytes.toString('latin1', start, end));
  }
}
