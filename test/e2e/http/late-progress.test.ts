import { describe, expect, it } from 'vitest';
import { fixture } from '../support/fuze-process.js';
import { INITIALIZE } from '../support/http-session.js';
import { startListening } from '../support/listening-fuze.js';
import { ask } from '../support/raw-http.js';

/* MCP, "Progress": notifications must stop once the operation has ended. Some servers send one more. */

const ANSWER = '{"jsonrpc":"2.0","id":7,"result":{"content":[]}}';
const PROGRESS =
  '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":7,"progress":1}}';
const JSON_ALONE = ['Content-Type', 'application/json', 'Accept', 'application/json'];

/** A call whose server writes its answer and a progress of it together. */
const CALL = JSON.stringify({
  ...{ jsonrpc: '2.0', id: 7, method: 'tools/call' },
  params: {
    name: 'raw',
    arguments: { line: `${ANSWER}\n${PROGRESS}` },
    _meta: { progressToken: 7 },
  },
});

describe.each([
  ['with a trace', ['--trace', 'trace.jsonl']],
  ['without one', []],
])('a progress that comes with the answer, %s', (_, flags) => {
  it('is not told as the answer', async () => {
    const { url } = await startListening(fixture('raw-server'), { config: '', flags });
    const post = { method: 'POST', headers: JSON_ALONE };
    const { headers } = await ask(url, { ...post, body: INITIALIZE });
    const session = ['Mcp-Session-Id', String(headers['mcp-session-id'])];
    const call = { ...post, headers: [...JSON_ALONE, ...session], body: CALL };
    expect((await ask(url, call)).body.trim()).toBe(ANSWER);
  });
});
