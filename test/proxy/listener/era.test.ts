import { describe, expect, it } from 'vitest';
import { claimsVersion, eraOf } from '../../../src/proxy/listener/era.js';

const VERSION = 'io.modelcontextprotocol/protocolVersion';
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
const CLAIM = { [VERSION]: '2026-07-28', [CAPABILITIES]: {} };
const MODERN = '2026-07-28';
const LEGACY = '2025-11-25';

const request = (method: string, meta?: object): object => ({
  ...{ jsonrpc: '2.0', id: 1, method },
  params: meta === undefined ? {} : { _meta: meta },
});
const notification = (method: string, meta?: object): object => ({
  ...{ jsonrpc: '2.0', method },
  params: meta === undefined ? {} : { _meta: meta },
});

/**
 * MCP 2026-07-28, Streamable HTTP, "Protocol Version Header" and "Request Metadata"; the order is that of
 * `classifyInboundRequest` in @modelcontextprotocol/server 2.4. A number stands for a refusal with that code.
 */
const CASES: [string, unknown, string | undefined, string | number][] = [
  // Batches are of 2025-03-26 and before.
  ['a batch', [request('tools/list')], undefined, 'legacy'],
  ['an empty batch', [], undefined, 'legacy'],
  ['a batch with a claim in it', [request('ping'), request('ping', CLAIM)], undefined, -32600],
  // An answer belongs to a session: from 2026-07-28 on a server asks nothing.
  ['an answer', { jsonrpc: '2.0', id: 1, result: {} }, undefined, 'legacy'],
  ['an answer with the new header', { jsonrpc: '2.0', id: 1, result: {} }, MODERN, 'legacy'],
  // The handshake.
  ['initialize', request('initialize'), undefined, 'initialize'],
  ['initialize with the old header', request('initialize'), LEGACY, 'initialize'],
  ['initialize with the new header', request('initialize'), MODERN, -32020],
  ['initialize that claims a version', request('initialize', CLAIM), MODERN, -32601],
  // The claim in the body decides.
  ['a request with a claim', request('tools/list', CLAIM), MODERN, 'modern'],
  ['a claim and no header', request('tools/list', CLAIM), undefined, 'modern'],
  ['a claim and an old header', request('tools/list', CLAIM), LEGACY, 'modern'],
  [
    'a version that nobody knows',
    request('ping', { ...CLAIM, [VERSION]: 'v999' }),
    'v999',
    'modern',
  ],
  ['a version that is no string', request('ping', { ...CLAIM, [VERSION]: 7 }), MODERN, -32602],
  ['a version that is null', request('ping', { ...CLAIM, [VERSION]: null }), MODERN, -32602],
  ['no capabilities', request('ping', { [VERSION]: MODERN }), MODERN, -32602],
  [
    'capabilities that are no object',
    request('ping', { ...CLAIM, [CAPABILITIES]: [] }),
    MODERN,
    -32602,
  ],
  // Over a pipe the header would be lost, and the server would take it for an earlier revision.
  ['no claim under the new header', request('tools/list'), MODERN, -32602],
  ['no claim under a later header', request('tools/list'), '2027-01-01', -32602],
  ['an empty _meta under the new header', request('tools/list', {}), MODERN, -32602],
  ['no claim and no header', request('tools/list'), undefined, 'legacy'],
  ['no claim and an old header', request('tools/list'), LEGACY, 'legacy'],
  // Notifications need not carry the claim.
  ['a notification', notification('notifications/initialized'), undefined, 'legacy'],
  ['a notification with the new header', notification('notifications/progress'), MODERN, 'modern'],
  [
    'a notification with a claim',
    notification('notifications/progress', CLAIM),
    undefined,
    'modern',
  ],
  [
    'a notification with half a claim',
    notification('notifications/progress', { [VERSION]: MODERN }),
    MODERN,
    'modern',
  ],
  // What is no message is the guard's to refuse.
  ['a number', 1, undefined, 'legacy'],
  ['null', null, MODERN, 'legacy'],
  ['a method that is no string', { jsonrpc: '2.0', id: 1, method: 1 }, MODERN, 'legacy'],
  ['params that are a list', { jsonrpc: '2.0', id: 1, method: 'ping', params: [] }, MODERN, -32602],
];

describe('eraOf', () => {
  it.each(CASES)('reads %s', (_, message, header, expected) => {
    const headers = header === undefined ? {} : { 'mcp-protocol-version': header };
    const era = eraOf(message, headers);
    expect(typeof era === 'string' ? era : era.code).toBe(expected);
    if (typeof era !== 'string') expect(era.status).toBe(expected === -32601 ? 404 : 400);
  });
});

describe('claimsVersion', () => {
  it.each([
    [request('ping', CLAIM), true],
    [request('ping', { [VERSION]: 7 }), true],
    [request('ping', {}), false],
    [request('ping'), false],
    [[request('ping', CLAIM)], false],
    [undefined, false],
    ['text', false],
  ])('sees whether the message itself names its revision (%#)', (message, claims) => {
    expect(claimsVersion(message)).toBe(claims);
  });
});
