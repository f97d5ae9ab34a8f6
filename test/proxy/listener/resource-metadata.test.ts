import { describe, expect, it } from 'vitest';
import {
  rewrittenChallenge,
  rewrittenMetadata,
} from '../../../src/proxy/listener/resource-metadata.js';

const SERVER = new URL('https://api.example/mcp');
const HERE = 'http://127.0.0.1:4000';
const METADATA = '/.well-known/oauth-protected-resource/mcp';

describe('rewrittenChallenge', () => {
  const rewritten = (challenge: string) => rewrittenChallenge(challenge, SERVER, HERE);

  it('names the metadata of the server here, and leaves all else as it is', () => {
    const before = `Bearer error="invalid_token", resource_metadata="https://api.example${METADATA}", scope="a b"`;
    const after = before.replace('https://api.example', HERE);
    expect(rewritten(before)).toEqual({ text: after, path: METADATA });
  });

  it('keeps a query, which is part of the address', () => {
    const { text, path } = rewritten(
      'Bearer resource_metadata="https://api.example/meta?a=1&b=$2"',
    );
    expect([text, path]).toEqual([`Bearer resource_metadata="${HERE}/meta?a=1&b=$2"`, '/meta']);
  });

  it.each([
    ['without one', 'Bearer realm="x"'],
    ['that is on another host', 'Bearer resource_metadata="https://login.example/meta"'],
    ['that is on another port', 'Bearer resource_metadata="https://api.example:8443/meta"'],
    ['that is not encrypted', 'Bearer resource_metadata="http://api.example/meta"'],
    ['that is no address', 'Bearer resource_metadata="/meta"'],
    ['that is empty', 'Bearer resource_metadata=""'],
  ])('leaves a challenge alone %s', (_, challenge) => {
    expect(rewritten(challenge)).toEqual({ text: challenge, path: undefined });
  });
});

describe('rewrittenMetadata', () => {
  const rewritten = (document: unknown, server = SERVER): unknown =>
    JSON.parse(
      rewrittenMetadata(Buffer.from(JSON.stringify(document)), server, `${HERE}/mcp`).toString(),
    );
  const more = { authorization_servers: ['https://login.example'], scopes_supported: ['a'] };

  it.each(['https://api.example/mcp', 'https://api.example/', 'https://api.example'])(
    'names the resource %s as its client knows it (RFC 9728, section 3.3)',
    (resource) => {
      expect(rewritten({ resource, ...more })).toEqual({ resource: `${HERE}/mcp`, ...more });
    },
  );

  it.each([
    'https://other.example/mcp',
    'https://api.example:8443/mcp',
    'https://api.example/other',
    'not an address',
    7,
  ])('leaves the resource %j, which its client must refuse', (resource) => {
    expect(rewritten({ resource, ...more })).toEqual({ resource, ...more });
  });

  it.each(['https://api.example/mc', 'https://api.example/mcp/x'])(
    'does not take %s for a part of its path',
    (resource) => {
      expect(rewritten({ resource })).toEqual({ resource });
    },
  );

  it.each(['', 'no JSON', '[]', '{}', 'null'])('passes on %j as it is', (text) => {
    expect(rewrittenMetadata(Buffer.from(text), SERVER, HERE).toString()).toBe(text);
  });
});
