import { keyText, type Member, scanMembers } from './scan.js';
import { spells } from './spells.js';

/** Go's encoding/json takes `Method` for `method`: names that differ in case only are the same to some servers. */
function foldCase(key: string): string {
  return key.toUpperCase().toLowerCase();
}

const BACKSLASH = 0x5c;

/** ASCII without escapes and of another length than any of the names: it cannot be one of them by any reading. */
function isStranger(
  bytes: Buffer,
  { keyStart, keyEnd }: Member,
  deciding: readonly string[],
): boolean {
  const length = keyEnd - keyStart - 2;
  for (const name of deciding) if (name.length === length) return false;
  for (let position = keyStart + 1; position < keyEnd - 1; position += 1) {
    const byte = bytes[position] ?? 0;
    if (byte >= 0x80 || byte === BACKSLASH) return false;
  }
  return true;
}

/** Where nothing is in doubt. */
const NONE: ReadonlySet<string> = new Set();

/** The members that decide what a message is. */
export interface DecidingMembers {
  readonly members: ReadonlyMap<string, Member>;
  /** Why the members could be read in two ways; undefined where they cannot. */
  readonly doubt: string | undefined;
  /** Names of the members that are in doubt. */
  readonly doubtful: ReadonlySet<string>;
}

/**
 * The members named in `deciding`. A second one of the same name, or one spelt in another case, would be read
 * differently by different parsers, and puts the member in doubt.
 */
export function decidingMembers(
  bytes: Buffer,
  at: number,
  deciding: readonly string[],
): DecidingMembers {
  const members = new Map<string, Member>();
  let doubtful: Set<string> | undefined;
  let doubt: string | undefined;
  scanMembers(bytes, at, (member) => {
    const { keyStart, keyEnd } = member;
    const exact = deciding.find((known) => spells(bytes, keyStart + 1, keyEnd - 1, known));
    if (exact !== undefined && !members.has(exact)) {
      members.set(exact, member);
      return;
    }
    if (isStranger(bytes, member, deciding)) return;
    const key = keyText(bytes, keyStart, keyEnd);
    const name = deciding.find((known) => foldCase(known) === foldCase(key));
    if (name === undefined) return;
    const twice = members.has(name);
    members.set(name, member);
    if (!twice && key === name) return;
    doubt ??= twice
      ? `"${name}" occurs twice`
      : `"${key}" is not "${name}", but some parsers read it so`;
    doubtful ??= new Set();
    doubtful.add(name);
  });
  return { members, doubt, doubtful: doubtful ?? NONE };
}
