import type { CheckName, VerdictDetails } from '../guard/decision.js';
import type { CallMessage } from '../jsonrpc/client-message.js';
import { ErrorCode } from '../jsonrpc/error-code.js';
import { errorReply, resultReply } from '../jsonrpc/reply.js';
import { keyText, scanMembers, skipSpace } from '../jsonrpc/scan.js';

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

/** Adds the decision to a recorded result by insertion, so that its numbers and strings stay as the server wrote them. */
function withDecision(result: string, decision: string): string {
  const bytes = Buffer.from(result);
  const at = skipSpace(bytes, 0);
  let members = 0;
  let metaEnd = -1;
  let metaIsEmpty = false;
  const end = scanMembers(bytes, at, ({ keyStart, keyEnd, valueStart, valueEnd }) => {
    members += 1;
    if (keyText(bytes, keyStart, keyEnd) !== '_meta' || bytes[valueStart] !== 0x7b) return;
    metaEnd = valueEnd;
    metaIsEmpty = skipSpace(bytes, valueStart + 1) === valueEnd - 1;
  });
  // A result that is no object has no place for it, and goes back as it was.
  if (end === -1) return result;
  const insert = (position: number, text: string): string =>
    bytes.toString('utf8', 0, position) + text + bytes.toString('utf8', position);
  if (metaEnd !== -1) return insert(metaEnd - 1, `${metaIsEmpty ? '' : ','}${decision}`);
  return insert(end - 1, `${members === 0 ? '' : ','}"_meta":{${decision}}`);
}

/** The answer to a call whose effect is already there: the recorded result, or words where none was kept. */
export function replayReply(call: Asked, note: DecisionNote, recorded: string | undefined): string {
  const result =
    recorded ??
    JSON.stringify({
      ...(needsResultType(call) ? { resultType: 'complete' } : {}),
      content: [{ type: 'text', text: `fuze: ${note.reason}` }],
    });
  const decision = `${JSON.stringify(DECISION)}:${JSON.stringify(noteMembers(note))}`;
  return resultReply(call.id?.raw ?? 'null', withDecision(result, decision));
}
