import { type DecidingMembers, decidingMembers } from '../jsonrpc/deciding-members.js';
import { readId } from '../jsonrpc/id.js';
import type { Span } from '../jsonrpc/replace-members.js';
import { keyText, type Member, parseString, scanMembers, valueText } from '../jsonrpc/scan.js';
import { skipSpace } from '../jsonrpc/scan-scalar.js';

/** What tells in a message whose it is. */
export interface Spans {
  readonly method: string | undefined;
  readonly id: Span | undefined;
  readonly progressToken: Span | undefined;
  /** `_meta["io.modelcontextprotocol/subscriptionId"]`: the id of the `subscriptions/listen` that it answers. */
  readonly subscription: Span | undefined;
  /** A request with `_meta["io.modelcontextprotocol/logLevel"]`. */
  readonly wantsLogs: boolean;
  /** A request of the server. */
  readonly isRequest: boolean;
  readonly isLog: boolean;
}

const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId';
const LOG_LEVEL = 'io.modelcontextprotocol/logLevel';
const OPEN_BRACE = 0x7b;

/** Members of the object at `at` by name; none where there is no object. A member that stands twice counts as it did last. */
function membersOf(bytes: Buffer, at: number | undefined): ReadonlyMap<string, Member> {
  const members = new Map<string, Member>();
  if (at === undefined || bytes[at] !== OPEN_BRACE) return members;
  scanMembers(bytes, at, (member) => {
    members.set(keyText(bytes, member.keyStart, member.keyEnd), member);
  });
  return members;
}

function spanOf(bytes: Buffer, member: Member | undefined): Span | undefined {
  if (member === undefined) return undefined;
  return { start: member.valueStart, end: member.valueEnd, text: valueText(bytes, member) };
}

/**
 * Of a message of a client. A string tells why it has to be refused; undefined stands for what is no message, or one
 * without a usable id, which is refused wherever it is read.
 */
export function askedSpans(bytes: Buffer): Spans | string | undefined {
  const at = skipSpace(bytes, 0);
  if (bytes[at] !== OPEN_BRACE) return undefined;
  const { members, doubt } = decidingMembers(bytes, at, ['jsonrpc', 'id', 'method', 'params']);
  const id = spanOf(bytes, members.get('id'));
  if (doubt !== undefined || (id !== undefined && readId(id.text) === undefined)) return undefined;
  const params = membersInside(bytes, members.get('params'), ['_meta']);
  if (params.doubt !== undefined) return `params: ${params.doubt}`;
  const meta = membersInside(bytes, params.members.get('_meta'), ['progressToken']);
  if (meta.doubt !== undefined) return `params._meta: ${meta.doubt}`;
  const method = members.get('method');
  return {
    method: method && parseString(valueText(bytes, method)),
    id,
    progressToken: spanOf(bytes, meta.members.get('progressToken')),
    subscription: undefined,
    wantsLogs: membersOf(bytes, params.members.get('_meta')?.valueStart).has(LOG_LEVEL),
    isRequest: false,
    isLog: false,
  };
}

function membersInside(
  bytes: Buffer,
  member: Member | undefined,
  deciding: readonly string[],
): Pick<DecidingMembers, 'members' | 'doubt'> {
  if (member === undefined || bytes[member.valueStart] !== OPEN_BRACE) {
    return { members: new Map(), doubt: undefined };
  }
  return decidingMembers(bytes, member.valueStart, deciding);
}

/** Of a message of the server. */
export function answerSpans(bytes: Buffer): Spans {
  const members = membersOf(bytes, skipSpace(bytes, 0));
  const method = members.get('method');
  const name = method && parseString(valueText(bytes, method));
  const inside = membersOf(bytes, (members.get('params') ?? members.get('result'))?.valueStart);
  const meta = membersOf(bytes, inside.get('_meta')?.valueStart);
  const id = spanOf(bytes, members.get('id'));
  const isProgress = name === 'notifications/progress';
  return {
    method: name,
    id,
    progressToken: isProgress ? spanOf(bytes, inside.get('progressToken')) : undefined,
    subscription: spanOf(bytes, meta.get(SUBSCRIPTION)),
    wantsLogs: false,
    isRequest: method !== undefined && id !== undefined,
    isLog: name === 'notifications/message',
  };
}
