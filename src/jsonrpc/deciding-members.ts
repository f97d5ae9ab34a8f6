import { keyText, type Member, scanMembers } from './scan.js';

/** Go's encoding/json takes `Method` for `method`: names that differ in case only are the same to some servers. */
function foldCase(key: string): string {
  return key.toUpperCase().toLowerCase();
}

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
  const doubtful = new Set<string>();
  let doubt: string | undefined;
  scanMembers(bytes, at, (member) => {
    const key = keyText(bytes, member.keyStart, member.keyEnd);
    const name = deciding.find((known) => foldCase(known) === foldCase(key));
    if (name === undefined) return;
    if (members.has(name)) doubt ??= `"${name}" occurs twice`;
    else if (key !== name) doubt ??= `"${key}" is not "${name}", but some parsers read it so`;
    if (members.has(name) || key !== name) doubtful.add(name);
    members.set(name, member);
  });
  return { members, doubt, doubtful };
}
