import { type RequestId, readId } from './id.js';
import { keyText, scanMembers, skipSpace } from './scan.js';

const ID_AT_END = /"id"\s*:\s*("(?:[^"\\]|\\.){0,256}"|-?\d[\d.eE+-]{0,64})\s*\}\s*$/;

/**
 * The id of a message that was too long to keep, where its ends show it: most writers put it first or last.
 * Undefined where it stands in between.
 */
export function findOversizeId(head: Buffer, tail: Buffer): RequestId | undefined {
  let found: RequestId | undefined;
  scanMembers(head, skipSpace(head, 0), ({ keyStart, keyEnd, valueStart, valueEnd }) => {
    if (keyText(head, keyStart, keyEnd) !== 'id') return;
    found ??= readId(head.toString('utf8', valueStart, valueEnd));
  });
  if (found !== undefined) return found;
  const last = ID_AT_END.exec(tail.toString('utf8'))?.[1];
  return last === undefined ? undefined : readId(last);
}
