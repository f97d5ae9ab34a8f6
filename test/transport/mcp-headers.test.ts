import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { headerMismatch, headersFor, type ParamHeader } from '../../src/transport/mcp-headers.js';

const META = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };
const STANDARD = {
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
  'mcp-name': 'query',
};
const PARAMS: readonly ParamHeader[] = [
  { header: 'Mcp-Param-Region', path: ['region'] },
  { header: 'Mcp-Param-Size', path: ['options', 'size'] },
  { header: 'Mcp-Param-Dry', path: ['options', 'dry'] },
];

const request = (method: string, params: object = {}): unknown => ({
  jsonrpc: '2.0',
  id: 0,
  method,
  params: { ...params, _meta: META },
});
const call = (args: object, name = 'query'): unknown =>
  request('tools/call', { name, arguments: args });
const mismatch = (
  headers: IncomingHttpHeaders,
  message: unknown,
  required = true,
): string | undefined => headerMismatch(headers, message, PARAMS, { required });
const standard = (more: IncomingHttpHeaders = {}): IncomingHttpHeaders => ({
  ...STANDARD,
  ...more,
});

/** As a server would get them. */
function received(headers: Readonly<Record<string, string>>): IncomingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

describe('headersFor', () => {
  it.each([
    ['tools/list', {}, undefined],
    ['tools/call', { name: 'query' }, 'query'],
    ['prompts/get', { name: 'greet' }, 'greet'],
    ['resources/read', { uri: 'file:///a/ü' }, '=?base64?ZmlsZTovLy9hL8O8?='],
    ['tasks/get', { taskId: 't-1' }, 't-1'],
    ['tools/call', { name: 7 }, undefined],
    ['constructor', { name: 'x' }, undefined],
  ])('of %s %j name the method and %j', (method, params, name) => {
    expect(headersFor(request(method, params), [])).toEqual({
      'MCP-Protocol-Version': '2026-07-28',
      'Mcp-Method': method,
      ...(name !== undefined && { 'Mcp-Name': name }),
    });
  });

  it('repeat annotated arguments by their types', () => {
    const args = { region: ' é', options: { size: -7, dry: false } };
    expect(headersFor(call(args), PARAMS)).toMatchObject({
      'Mcp-Param-Region': '=?base64?IMOp?=',
      'Mcp-Param-Size': '-7',
      'Mcp-Param-Dry': 'false',
    });
  });

  it.each([
    {},
    { region: null },
    { region: { a: 1 }, options: [1] },
    { options: { size: 9_007_199_254_740_992 } },
    { options: 'size' },
  ])('leave out what %j does not hold as a text, an integer or a boolean', (args) => {
    expect(Object.keys(headersFor(call(args), PARAMS))).toEqual([
      'MCP-Protocol-Version',
      'Mcp-Method',
      'Mcp-Name',
    ]);
  });

  it('are none before 2026-07-28, and for what is no message', () => {
    for (const message of [
      { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'query' } },
      { jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25' } },
      { jsonrpc: '2.0', id: 1, result: {} },
      ...[[], null, 42, { method: 'x', params: [META] }],
    ]) {
      expect(headersFor(message, PARAMS)).toEqual({});
    }
  });

  it('fit, at the server, the message that they were made for', () => {
    for (const args of [{}, { region: '=?base64?x?=', options: { size: 0, dry: true } }]) {
      const message = call(args, ' naïve ');
      expect(mismatch(received(headersFor(message, PARAMS)), message)).toBeUndefined();
    }
  });
});

describe('headerMismatch', () => {
  // MCP 2026-07-28, Streamable HTTP, "Server Validation", and the suite's http-header-validation.
  it.each<[string, IncomingHttpHeaders, unknown, string]>([
    [
      'another version',
      standard({ 'mcp-protocol-version': '2025-11-25' }),
      call({}),
      'MCP-Protocol-Version says "2025-11-25", the body says "2026-07-28"',
    ],
    [
      'another method',
      standard({ 'mcp-method': 'prompts/list' }),
      call({}),
      'Mcp-Method says "prompts/list", the body says "tools/call"',
    ],
    [
      'a method in another case',
      standard({ 'mcp-method': 'TOOLS/CALL' }),
      call({}),
      'Mcp-Method says "TOOLS/CALL"',
    ],
    [
      'another name',
      standard({ 'mcp-name': 'wrong' }),
      call({}),
      'Mcp-Name says "wrong", the body says "query"',
    ],
    ['a name twice', standard({ 'mcp-name': 'query, query' }), call({}), 'Mcp-Name says'],
    [
      'a name in bad Base64',
      standard({ 'mcp-name': '=?base64?SGVsbG8?=' }),
      call({}, 'Hello'),
      'Mcp-Name is "=?base64?SGVsbG8?=", which is neither',
    ],
    [
      'a raw name beyond ASCII',
      standard({ 'mcp-name': 'é' }),
      call({}, 'é'),
      'Mcp-Name is "é", which is neither',
    ],
    [
      'another argument',
      standard({ 'mcp-param-region': 'eu' }),
      call({ region: 'us' }),
      'Mcp-Param-Region says "eu", the body says "us"',
    ],
    [
      'another number',
      standard({ 'mcp-param-size': '43' }),
      call({ options: { size: 42 } }),
      'Mcp-Param-Size says "43", the body says 42',
    ],
    [
      'a text that looks like the number',
      standard({ 'mcp-param-region': '42.0' }),
      call({ region: '42' }),
      'Mcp-Param-Region says "42.0"',
    ],
    [
      'a boolean in another case',
      standard({ 'mcp-param-dry': 'True' }),
      call({ options: { dry: true } }),
      'Mcp-Param-Dry says "True", the body says true',
    ],
  ])('finds %s', (_, headers, message, words) => {
    for (const required of [true, false]) {
      expect(mismatch(headers, message, required)).toContain(
        `Header mismatch: the header ${words}`,
      );
    }
  });

  it.each([
    ['MCP-Protocol-Version', call({})],
    ['Mcp-Method', call({})],
    ['Mcp-Name', call({})],
    ['Mcp-Param-Region', call({ region: 'us' })],
  ])('misses %s only where it is required', (header, message) => {
    const headers = standard({ 'mcp-param-region': 'us' });
    delete headers[header.toLowerCase()];
    expect(mismatch(headers, message)).toContain(`the header ${header} is missing`);
    expect(mismatch(headers, message, false)).toBeUndefined();
  });

  it.each<[string, IncomingHttpHeaders, unknown]>([
    ['an encoded name', standard({ 'mcp-name': '=?base64?SGVsbG8=?=' }), call({}, 'Hello')],
    [
      'a name with half a marker',
      standard({ 'mcp-name': '=?base64?SGVsbG8=' }),
      call({}, '=?base64?SGVsbG8='),
    ],
    [
      'a number written otherwise',
      standard({ 'mcp-param-size': '42.0' }),
      call({ options: { size: 42 } }),
    ],
    ['an argument that is null', standard(), call({ region: null })],
    [
      'a header for an argument that is not there',
      standard({ 'mcp-param-region': 'us' }),
      call({}),
    ],
    ['a header that no annotation names', standard({ 'mcp-param-other': 'x' }), call({})],
    ['an integer that a double cannot hold', standard(), call({ options: { size: 2 ** 53 } })],
    [
      'a name where the body has none',
      standard({ 'mcp-method': 'tools/list' }),
      request('tools/list'),
    ],
    [
      'a message of an earlier revision',
      { 'mcp-protocol-version': '2025-11-25' },
      { id: 1, result: {} },
    ],
    ['what is no message', standard(), [42]],
  ])('is content with %s', (_, headers, message) => {
    expect(mismatch(headers, message)).toBeUndefined();
  });

  it('asks a notification for no headers, but for true ones', () => {
    const message = { jsonrpc: '2.0', method: 'notifications/x', params: { _meta: META } };
    expect(mismatch({}, message)).toBeUndefined();
    expect(mismatch({ 'mcp-method': 'tools/call' }, message)).toContain('Mcp-Method says');
  });

  it('shows no more of a long value than its beginning', () => {
    const text = mismatch(
      standard({ 'mcp-param-region': 'a' }),
      call({ region: 'x'.repeat(10_000) }),
    );
    expect(text?.length).toBeLessThan(300);
  });
});
