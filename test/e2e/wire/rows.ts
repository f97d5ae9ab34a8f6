/**
 * "What arrives at a proxy in real life": both tables, word for word. Each row was seen to break, or to slip past,
 * at least one existing MCP proxy or guard. The key stands in square brackets before the titles of the row's tests.
 */
export const rows: Readonly<Record<string, readonly [arrives: string, does: string]>> = {
  // Client to server
  batch: [
    'a JSON-RPC batch array that holds one or more `tools/call`',
    'every element is judged by itself; the allowed ones are forwarded (still as a batch), the refused ones are answered; the client gets one array of answers. An empty array is -32600',
  ],
  'call-notification': [
    '`tools/call` without an `id` (a notification)',
    'a server may execute it, nobody can see the answer: not forwarded, logged, traced as refused. No reply is sent',
  ],
  'escaped-method': [
    'the method written with escapes (`"tools\\/call"`, `"tools\\u002fcall"`)',
    'it is a `tools/call`',
  ],
  'duplicate-keys': [
    'duplicate keys among the members that decide (`method`, `id`, `params`, `params.name`, `params.arguments`)',
    'parsers disagree on which one counts: -32600, not forwarded',
  ],
  'bad-params': [
    '`tools/call` without `params`, without `params.name`, with a `name` that is no string, `arguments` that is no object',
    '-32602 from fuze, not forwarded, fuze stays up',
  ],
  'not-json': [
    'a line that is not JSON; a bare `42`, `null`, `"x"`; `{}`',
    '-32700 or -32600 with `id: null`; fuze stays up, the server never sees it',
  ],
  'odd-ids': [
    'an `id` of 0, "", a string, a fraction, 9007199254740993',
    'what fuze itself answers carries exactly that id, digit for digit; "1" and 1 are different ids; `null` as an id is -32600',
  ],
  'id-in-flight': ['an id that is still in flight used again', '-32600 for the second'],
  'exact-bytes': [
    '64-bit integers, `1.0`, `1e2`, keys in odd order, `\\u00e9` in arguments',
    'reach the server byte for byte',
  ],
  chunks: [
    'one message in many chunks; many messages in one chunk; a multi-byte character cut by a chunk border; `\\r\\n` line ends; a blank line',
    'handled; blank lines ignored',
  ],
  'big-message': [
    'a message of 10 MB; one above `max_message_bytes` (default 64 MiB)',
    'passed; -32600 with the limit in the text, the connection lives on',
  ],
  order: [
    'call, then `notifications/cancelled` for it, then `ping`, in one write',
    'they reach the server in that order',
  ],
  'cancel-settled': [
    '`notifications/cancelled` for a call that was refused or is already answered',
    'passed on or dropped, no crash, nothing pending left behind',
  ],
  'end-of-file': [
    'end of file on stdin',
    'pending answers get up to a short grace to arrive, then shutdown; the process is gone within 2 s',
  ],
  signals: ['SIGTERM, SIGINT, SIGHUP', 'the same; a second signal ends at once'],
  // Server to client
  'server-noise': [
    'a line that is not JSON (a banner, a log line)',
    'not passed to the client; goes to stderr, marked',
  ],
  'stray-answer': [
    'an answer with an id that nobody asked for, or a second answer to the same id',
    'not passed on; warned once',
  ],
  'server-request': [
    'a *request* of the server (sampling, elicitation, roots, ping) whose id equals a pending id of the client',
    "passed on; the client's *response* to it is passed back and not mistaken for a call",
  ],
  'server-notifications': ['progress and log notifications', 'passed in order with the answers'],
  'both-or-neither': [
    '`result` and `error` both, or neither',
    'passed unchanged; counts as an error in the account',
  ],
  'id-last': [
    'an answer whose `id` comes last in the object, after 10 MB of result',
    'correlated without a full parse of the result where nothing needs it',
  ],
  'out-of-order': ['answers out of order', 'each settles its own call'],
  'server-exits': [
    'the server exits, or is killed, with calls in flight',
    'each of them is answered with -32000 and "server exited (code/signal)"; side effects among them become `unknown`; fuze exits with the server\'s code, or 128 + signal',
  ],
  'no-start': [
    'the server cannot be started',
    "the client's first request is answered with the reason; exit 127 (not found) or 126 (not executable), one plain line on stderr",
  ],
  'stubborn-server': [
    'the server ignores end of file and SIGTERM; the server is `sh -c "…"` or `npx …` with grandchildren',
    'the whole process group is ended, SIGKILL at last',
  ],
  'nobody-reads': [
    'the server does not read while the client floods it; the client does not read while the server floods it',
    'memory stays flat; the fast side waits',
  ],
  'stdin-closed': [
    'the server closes stdin early (EPIPE)',
    'no crash; treated as the server going away',
  ],
  'server-stderr': ["the server's stderr", "passed through to fuze's stderr"],
};
