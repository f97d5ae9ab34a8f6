import { isObject } from '../jsonrpc/is-object.js';
import type { FoundAnswer } from './answers-in.js';
import { type OutgoingMessage, readOutgoing } from './outgoing-message.js';

/** A server that pages on for ever is not followed. */
const MAX_PAGES = 100;

/** Lists the tools for a message of 2026-07-28, with the `_meta` that it has; yields the result of each page. */
export async function* listTools(
  message: OutgoingMessage,
  ask: (request: OutgoingMessage) => Promise<FoundAnswer>,
): AsyncGenerator<unknown> {
  const value: unknown = JSON.parse(message.bytes.toString('utf8'));
  const params = isObject(value) && isObject(value.params) ? value.params : {};
  let cursor: unknown;
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const request = {
      ...{ jsonrpc: '2.0', id: `fuze-list-${page}`, method: 'tools/list' },
      params: { _meta: params._meta, ...(cursor === undefined ? {} : { cursor }) },
    };
    const result = (await ask(readOutgoing(JSON.stringify(request)))).result();
    yield result;
    cursor = isObject(result) ? result.nextCursor : undefined;
    if (typeof cursor !== 'string') return;
  }
}
