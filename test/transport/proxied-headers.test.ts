import { describe, expect, it } from 'vitest';
import {
  forwardedRequestHeaders,
  forwardedResponseHeaders,
} from '../../src/transport/proxied-headers.js';

const OWN = { host: 'mcp.example.com', token: undefined };

describe('the headers of a request', () => {
  it('reach the server in their order, case and number, with its own host', () => {
    const sent = [
      'Host',
      '127.0.0.1:8080',
      'X-A',
      '1',
      'x-a',
      '2',
      'Mcp-Session-Id',
      's',
      'Cookie',
      '',
    ];
    expect(forwardedRequestHeaders(sent, OWN)).toEqual([
      ...['Host', 'mcp.example.com'],
      ...['X-A', '1', 'x-a', '2', 'Mcp-Session-Id', 's', 'Cookie', ''],
      ...['Accept-Encoding', 'identity'],
    ]);
  });

  // RFC 9110, section 7.6.1.
  it('do not when they belong to the connection, or to a proxy', () => {
    const sent = [
      ...[
        'Connection',
        'keep-alive, X-Once',
        'connection',
        ' x-TWICE ,',
        'X-Once',
        '1',
        'x-twice',
        '2',
      ],
      ...[
        'Keep-Alive',
        'timeout=5',
        'TE',
        'trailers',
        'Trailer',
        'X',
        'Transfer-Encoding',
        'chunked',
      ],
      ...['Upgrade', 'h2c', 'Proxy-Authorization', 'Basic eA==', 'Proxy-Connection', 'keep-alive'],
      ...['Accept-Encoding', 'gzip, br', 'Content-Length', '7', 'Expect', '100-continue'],
      ...['Content-Type', 'application/json'],
    ];
    expect(forwardedRequestHeaders(sent, OWN)).toEqual([
      ...['Host', 'mcp.example.com', 'Content-Type', 'application/json'],
      ...['Accept-Encoding', 'identity'],
    ]);
  });

  it('carry the Authorization that is meant for the server, and not the token of fuze', () => {
    const own = { ...OWN, token: 'of-fuze' };
    const names = (sent: readonly string[]): string[] => forwardedRequestHeaders(sent, own);
    expect(names(['Authorization', 'Bearer upstream'])).toContain('Bearer upstream');
    expect(names(['authorization', 'bearer of-fuze'])).not.toContain('authorization');
    expect(forwardedRequestHeaders(['Authorization', 'Bearer of-fuze'], OWN)).toContain(
      'Authorization',
    );
  });
});

describe('the headers of an answer', () => {
  it('reach the client in their order and number', () => {
    const sent = [
      ...[
        'Set-Cookie',
        'a=1',
        'Set-Cookie',
        'b=2',
        'Mcp-Session-Id',
        's',
        'WWW-Authenticate',
        'Bearer',
      ],
    ];
    expect(forwardedResponseHeaders(sent)).toEqual(sent);
  });

  it('do not when they belong to the connection or to the length of another body', () => {
    const sent = [
      ...[
        'Transfer-Encoding',
        'chunked',
        'Connection',
        'close, X-Hop',
        'X-Hop',
        '1',
        'Content-Length',
        '2',
      ],
      ...[
        'Keep-Alive',
        'timeout=5',
        'Proxy-Authenticate',
        'Basic',
        'Content-Type',
        'text/event-stream',
      ],
    ];
    expect(forwardedResponseHeaders(sent)).toEqual(['Content-Type', 'text/event-stream']);
  });
});
