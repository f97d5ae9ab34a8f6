import { type RequestId, readId } from './id.js';
import { keyText, scanMembers, valueText } from './scan.js';
import { skipSpace } from './scan-scalar.js';

const ID_AT_END = /[{,\s]"id"\s*:\s*("(?:[^"\\]|\\.){0,256}"|-?\d[\d.eE+-]{0,64})\s*\}\s*$/;

/** What the ends of a message show that was too long to keep. */
export interface OversizeMessage {
  /** Undefined where it stands in between: most writers put it first or last. */
  readonly id: RequestId | undefined;
  /** Undefined where its beginning does not show it. A notification counts as a request. */
  readonly kind: 'request' | 'response' | undefined;
}

function kindOf(keys: ReadonlySet<string>): OversizeMessage['kind'] {
  if (keys.has('method')) return 'request';
  if (keys.has('result') || keys.has('error')) return 'response';
  return keys.has('params') ? 'request' : undefined;
}

/** Reads what is left of a message that was too long to keep. */
export function readOversize(head: Buffer, tail: Buffer): OversizeMessage {
  let id: RequestId | undefined;
  const keys = new Set<string>();
  scanMembers(
    head,
    skipSpace(head, 0),
    (member) => {
      // A number at the very end of the head may have been cut.
      if (member.valueEnd === head.length) return;
      const key = keyText(head, member.keyStart, member.keyEnd);
      if (key === 'id') id ??= readId(valueText(head, member));
    },
    // Here also comes the member whose value is too long to end within the head.
    (keyStart, keyEnd) => {
      keys.add(keyText(head, keyStart, keyEnd));
      return undefined;
    },
  );
  const last = id === undefined ? ID_AT_END.exec(tail.toString('utf8'))?.[1] : undefined;
  return { id: last === undefined ? id : readId(last), kind: kindOf(keys) };
}
