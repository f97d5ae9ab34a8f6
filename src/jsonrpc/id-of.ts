import { decidingMembers } from './deciding-members.js';
import { type RequestId, readId } from './id.js';
import { valueText } from './scan.js';
import { skipSpace } from './scan-scalar.js';

const OPEN_BRACE = 0x7b;

/** The id of a message as it was written; undefined where it has none, or none that is plain. */
export function idOf(bytes: Buffer): RequestId | undefined {
  const at = skipSpace(bytes, 0);
  if (bytes[at] !== OPEN_BRACE) return undefined;
  const { members, doubt } = decidingMembers(bytes, at, ['id']);
  const member = members.get('id');
  if (doubt !== undefined || member === undefined) return undefined;
  return readId(valueText(bytes, member));
}
