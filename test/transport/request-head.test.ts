import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RequestHeads } from '../../src/transport/request-head.js';

const ADDRESS = { host: '127.0.0.1', port: 0 };

interface Came {
  readonly rawHeaders: string[];
  readonly headers: Record<string, string>;
}

function came(rawHeaders: string[]): Came {
  const headers: Record<string, string> = {};
  for (let at = 0; at < rawHeaders.length; at += 2) {
    headers[rawHeaders[at]?.toLowerCase() ?? ''] ??= rawHeaders[at + 1] ?? '';
  }
  return { rawHeaders, headers };
}

const pair = fc.tuple(
  fc.constantFrom('Host', 'Origin', 'Content-Length', 'content-length', 'X-A', 'Mcp-Session-Id'),
  fc.constantFrom('localhost', 'evil.example', 'http://evil.example', '7', '8'),
);
const request = fc.array(pair, { maxLength: 4 }).map((pairs) => came(pairs.flat()));

describe('the heads of a connection', () => {
  it('say of each request what they would say if it were the first', () => {
    fc.assert(
      fc.property(fc.array(request, { minLength: 2, maxLength: 8 }), (requests) => {
        const heads = new RequestHeads(ADDRESS);
        for (const each of requests) {
          expect(heads.read(each)).toEqual(new RequestHeads(ADDRESS).read(each));
        }
      }),
    );
  });

  it('are one object for requests that differ in the length of their body only', () => {
    const heads = new RequestHeads(ADDRESS);
    const before = heads.read(came(['Host', 'localhost', 'Content-Length', '7']));
    expect(heads.read(came(['Host', 'localhost', 'Content-Length', '8']))).toBe(before);
    expect(before.rawHeaders).toEqual(['Host', 'localhost']);
    expect(before.headers).toEqual({ host: 'localhost' });
    expect(heads.read(came(['Host', 'localhost', 'Content-Length', '8', 'A', 'b']))).not.toBe(
      before,
    );
  });

  it('refuse each request that comes from elsewhere', () => {
    const heads = new RequestHeads(ADDRESS);
    for (const host of ['localhost', 'evil.example', 'localhost', 'evil.example']) {
      const { refusal } = heads.read(came(['Host', host]));
      expect(refusal?.status).toBe(host === 'localhost' ? undefined : 403);
    }
  });
});
