import { describe, expect, it } from 'vitest';
import type { IdKey } from '../../src/jsonrpc/id.js';
import { opensSession, readOutgoing } from '../../src/transport/outgoing-message.js';

const read = (message: unknown): ReturnType<typeof readOutgoing> =>
  readOutgoing(JSON.stringify(message));
const request = (method: string, params: object = {}): object => ({
  ...{ jsonrpc: '2.0', id: 1, method, params },
});
const _meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };

describe('a message on its way to a remote server', () => {
  it('goes without the line end that framed it', () => {
    const text = '{"jsonrpc":"2.0","id":1.0,"method":"ping"}';
    for (const end of ['', '\n', '\r\n']) {
      expect(readOutgoing(Buffer.from(text + end)).bytes.toString()).toBe(text);
    }
  });

  it('waits for as many answers as it has requests', () => {
    const keys = (message: unknown): IdKey[] => read(message).requests.map(({ id }) => id.key);
    expect(keys(request('tools/call', { name: 'a' }))).toEqual([1]);
    expect(keys([request('ping'), { ...request('ping'), id: 'b' }, { id: 9, result: {} }])).toEqual(
      [1, '"b"'],
    );
    expect(keys({ jsonrpc: '2.0', method: 'notifications/x' })).toEqual([]);
    expect(keys({ jsonrpc: '2.0', id: 1, result: {} })).toEqual([]);
    expect(readOutgoing('not JSON').requests).toEqual([]);
  });

  it('names what it takes back', () => {
    const params = { requestId: 'a' };
    expect(read({ method: 'notifications/cancelled', params }).cancels?.key).toBe('"a"');
  });

  it('belongs to the era that it claims', () => {
    expect(read(request('tools/call', { name: 'a', _meta })).claim).toBe('2026-07-28');
    expect(read({ method: 'notifications/x', params: { _meta } }).claim).toBe('2026-07-28');
    expect(read(request('ping')).claim).toBeUndefined();
    expect(opensSession(read(request('initialize')))).toBe(true);
    expect(opensSession(read(request('initialize', { _meta })))).toBe(false);
  });

  it.each([
    [request('resources/subscribe'), 'subscriptions'],
    [request('logging/setLevel'), 'a log level'],
    [request('tasks/get'), 'tasks'],
    [request('tools/call', { name: 'a', task: { ttl: 1 } }), 'tasks'],
    [request('tools/call', { name: 'a', arguments: { task: {} } }), undefined],
    [request('tools/list'), undefined],
  ])('%j leaves in its session %s', (message, binds) => {
    expect(read(message).binds).toBe(binds);
  });
});
