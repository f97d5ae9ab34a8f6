import type { CheckName, VerdictDetails } from '../guard/decision.js';
import type { CallMessage } from '../jsonrpc/client-message.js';
import { ErrorCode } from '../jsonrpc/error-code.js';
import { errorReply, resultReply } from '../jsonrpc/reply.js';
import { keyText, type Member, scanMembers } from '../jsonrpc/scan.js';
import { skipSpace } from '../jsonrpc/scan-scalar.js';

/** What a program finds in `_meta["fuze/decision"]` of everything that fuze answers by itself. */
export interface DecisionNote {
  readonly action: 'refuse' | 'kill' | 'replay';
  readonly check: CheckName | 'timeout';
  readonly reason: string;
  readonly tool: string;
  readonly runId: string;
  readonly tripId?: string | undefined;
  readonly details: VerdictDetails;
}

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
/** What an answer takes over from its request. */
type Asked = Pick<CallMessage, 'id' | 'meta'>;

const DECISION = 'fuze/decision';
/** Member of a request's `_meta`. */
export const PROTOCOL_VERSION = 'io.modelcontextprotocol/protocolVersion';
/** From this revision on, a result must say of what type it is. */
const STATELESS_ERA = '2026-07-28';

function noteMembers({ details, ...note }: DecisionNote): Record<string, unknown> {
  return Object.assign(note, details);
}

function needsResultType(call: Asked): boolean {
  const version = call.meta[PROTOCOL_VERSION];
  return typeof version === 'string' && version >= STATELESS_ERA;
}

/**
 * The answer to a call that must not run: a tool result with `isError`, because clients show those to the
 * model, or with `refuse_with = "error"` a JSON-RPC error.
 */
export function refusalReply(
  call: Asked,
  note: DecisionNote,
  advice: string,
  as: 'result' | 'error',
): string {
  const id = call.id?.raw ?? 'null';
  const text = `fuze: ${note.reason} ${advice}`;
  const decision = noteMembers(note);
  if (as === 'error') return errorReply(id, ErrorCode.Refused, text, decision);
  return resultReply(
    id,
    JSON.stringify({
      ...(needsResultType(call) ? { resultType: 'complete' } : {}),
      content: [{ type: 'text', text }],
      isError: true,
      _meta: { [DECISION]: decision },
    }),
  );
}

/** Puts `insertion` at a place of a JSON text; changed so, and not rewritten, numbers and strings stay as the server wrote them. */
function insertAt(bytes: Buffer, position: number, insertion: string): string {
  return bytes.toString('utf8', 0, position) + insertion + bytes.toString('utf8', position);
}

/** Adds `_meta["fuze/decision"]` to a recorded result. */
function withDecision(result: string, decision: string): string {
  const bytes = Buffer.from(result);
  let members = 0;
  let meta: Member | undefined;
  const end = scanMembers(bytes, skipSpace(bytes, 0), (member) => {
    members += 1;
    const isMeta = keyText(bytes, member.keyStart, member.keyEnd) === '_meta';
    if (isMeta && bytes[member.valueStart] === OPEN_BRACE) meta = member;
  });
  // A result that is no object has no place for it, and goes back as it was.
  if (end === -1) return result;
  if (meta === undefined) {
    return insertAt(bytes, end - 1, `${members === 0 ? '' : ','}"_meta":{${decision}}`);
  }
  const isEmpty = skipSpace(bytes, meta.valueStart + 1) === meta.valueEnd - 1;
  return insertAt(bytes, meta.valueEnd - 1, `${isEmpty ? '' : ','}${decision}`);
}

/** Adds a block of text at the end of a recorded result's content, where it has any. */
function withText(result: string, text: string): string {
  const bytes = Buffer.from(result);
  let content: Member | undefined;
  scanMembers(bytes, skipSpace(bytes, 0), (member) => {
    const isContent = keyText(bytes, member.keyStart, member.keyEnd) === 'content';
    if (isContent && bytes[member.valueStart] === OPEN_BRACKET) content = member;
  });
  if (content === undefined) return result;
  const isEmpty = skipSpace(bytes, content.valueStart + 1) === content.valueEnd - 1;
  const block = JSON.stringify({ type: 'text', text });
  return insertAt(bytes, content.valueEnd - 1, `${isEmpty ? '' : ','}${block}`);
}

/**
 * The answer to a call that need not run again: the recorded result, or words where none was kept. The model is told
 * where the call only looks, for it would take the old result for a new one.
 */
export function replayReply(call: Asked, note: DecisionNote, recorded: string | undefined): string {
  const text = `fuze: ${note.reason}`;
  const result =
    recorded ??
    JSON.stringify({
      ...(needsResultType(call) ? { resultType: 'complete' } : {}),
      content: [{ type: 'text', text }],
    });
  const told = recorded !== undefined && note.check === 'repeat' ? withText(result, text) : result;
  const decision = `${JSON.stringify(DECISION)}:${JSON.stringify(noteMembers(note))}`;
  return resultReply(call.id?.raw ?? 'null', withDecision(told, decision));
}
