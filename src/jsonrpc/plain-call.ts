import { isUtf8 } from 'node:buffer';
import type { CallMessage } from './client-message.js';
import { CompactJson } from './compact-json.js';
import type { RequestId } from './id.js';
import { isObject } from './is-object.js';
import { KnownNames } from './known-names.js';
import { plainId } from './plain-id.js';
import { spells } from './spells.js';

/** Above this the library's own parser is faster than a walk. */
const MAX_BYTES = 4_096;
const COMMA = 0x2c;
const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const NO_META = {};
const NO_ARGUMENTS = '{}';

function parseObject(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  return isObject(value) ? value : {};
}

/** A call whose arguments are parsed when somebody looks at them. */
class PlainCall implements CallMessage {
  readonly kind = 'call';
  readonly round = undefined;
  readonly asTask = false;
  private parsed: Record<string, unknown> | undefined;

  constructor(
    readonly id: RequestId,
    readonly tool: string,
    private readonly argsText: string,
    private readonly isCanonical: boolean,
    readonly argsBytes: number,
    readonly meta: CallMessage['meta'],
  ) {}

  get args(): Record<string, unknown> {
    this.parsed ??= parseObject(this.argsText);
    return this.parsed;
  }

  get canonicalArgs(): string | undefined {
    return this.isCanonical ? this.argsText : undefined;
  }

  /** Members that stand twice are left to the careful reading. */
  ambiguousArgs(): boolean {
    return false;
  }
}

const walk = new CompactJson();
const tools = new KnownNames();
/** Where the parts of the message stand that is being read, behind -1 for what it does not have. */
const at = {
  id: -1,
  idEnd: -1,
  name: -1,
  nameEnd: -1,
  args: -1,
  argsEnd: -1,
  meta: -1,
  metaEnd: -1,
};
let isCanonical = true;

/** Walks `params`; the position behind it, or -1. */
function walkParams(bytes: Buffer, start: number): number {
  if (bytes[start] !== OPEN_BRACE) return -1;
  let position = start + 1;
  for (;;) {
    const value = walk.name(position);
    if (value === -1) return -1;
    const from = position + 1;
    const to = value - 2;
    if (at.name === -1 && spells(bytes, from, to, 'name')) {
      if (bytes[value] !== QUOTE) return -1;
      position = walk.string(value);
      at.name = value + 1;
      at.nameEnd = position - 1;
    } else if (at.args === -1 && spells(bytes, from, to, 'arguments')) {
      if (bytes[value] !== OPEN_BRACE) return -1;
      walk.isCanonical = true;
      position = walk.value(value);
      isCanonical = walk.isCanonical;
      at.args = value;
      at.argsEnd = position;
    } else if (at.meta === -1 && spells(bytes, from, to, '_meta')) {
      position = walk.value(value);
      at.meta = value;
      at.metaEnd = position;
    } else {
      return -1;
    }
    if (position === -1) return -1;
    if (bytes[position] === CLOSE_BRACE) return position + 1;
    if (bytes[position] !== COMMA) return -1;
    position += 1;
  }
}

/** Where the last byte of the message stands, before the end of its line. */
function lastOf(bytes: Buffer, end: number): number {
  const last = end - 1;
  if (bytes[last] !== LF) return last;
  return bytes[last - 1] === CR ? last - 2 : last - 1;
}

/** Walks the whole message; whether it is a call that needs no more care. */
function walkMessage(bytes: Buffer, start: number, end: number): boolean {
  let seenVersion = false;
  let seenMethod = false;
  let seenParams = false;
  let position = start + 1;
  for (;;) {
    const value = walk.name(position);
    if (value === -1) return false;
    const from = position + 1;
    const to = value - 2;
    if (!seenVersion && spells(bytes, from, to, 'jsonrpc')) {
      seenVersion = true;
      position = walk.value(value);
    } else if (at.id === -1 && spells(bytes, from, to, 'id')) {
      position = walk.value(value);
      at.id = value;
      at.idEnd = position;
    } else if (!seenMethod && spells(bytes, from, to, 'method')) {
      seenMethod = true;
      position = walk.value(value);
      if (!spells(bytes, value, position, '"tools/call"')) return false;
    } else if (!seenParams && spells(bytes, from, to, 'params')) {
      seenParams = true;
      position = walkParams(bytes, value);
    } else {
      return false;
    }
    if (position === -1) return false;
    if (bytes[position] === CLOSE_BRACE) break;
    if (bytes[position] !== COMMA) return false;
    position += 1;
  }
  return seenMethod && position === lastOf(bytes, end);
}

/**
 * A `tools/call` as nearly all clients write it, read in one walk over its bytes; undefined for anything else, which is
 * then read with more care: whatever is not compact, has a member twice or one of a name that is not expected here
 * (some parsers take `Method` for `method`), spells a name with escapes, or holds a number that two parsers may read
 * differently. Where other messages follow behind `end`, the last byte before it must be a line feed, at which a walk ends.
 */
export function readPlainCall(
  bytes: Buffer,
  start = 0,
  end = bytes.length,
): CallMessage | undefined {
  if (end - start > MAX_BYTES || bytes[start] !== OPEN_BRACE) return undefined;
  walk.begin(bytes);
  at.id = at.name = at.args = at.meta = -1;
  isCanonical = true;
  if (!walkMessage(bytes, start, end) || at.id === -1 || at.name === -1) return undefined;
  if (!walk.isAscii && !isUtf8(bytes.subarray(start, end))) return undefined;
  const id = plainId(bytes, at.id, at.idEnd);
  const tool = tools.read(bytes, at.name, at.nameEnd);
  if (id === undefined || tool === undefined) return undefined;
  const argsText = at.args === -1 ? NO_ARGUMENTS : bytes.toString('utf8', at.args, at.argsEnd);
  const argsBytes = at.args === -1 ? 0 : at.argsEnd - at.args;
  const meta = at.meta === -1 ? NO_META : parseObject(bytes.toString('utf8', at.meta, at.metaEnd));
  return new PlainCall(id, tool, argsText, isCanonical, argsBytes, meta);
}
