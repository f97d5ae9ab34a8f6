import { isObject } from '../../jsonrpc/is-object.js';

const METADATA = /(resource_metadata\s*=\s*")([^"]*)(")/i;

/**
 * A challenge whose `resource_metadata` (RFC 9728, section 5.1) is on the server's origin names the same path `here`.
 * `path` is that path.
 */
export function rewrittenChallenge(
  challenge: string,
  server: URL,
  here: string,
): { readonly text: string; readonly path: string | undefined } {
  const url = METADATA.exec(challenge)?.[2];
  if (url === undefined || !URL.canParse(url)) return { text: challenge, path: undefined };
  const named = new URL(url);
  if (named.origin !== server.origin) return { text: challenge, path: undefined };
  const path = named.pathname + named.search;
  const text = challenge.replace(METADATA, (_, before, __, after) => before + here + path + after);
  return { text, path: named.pathname };
}

/**
 * Protected-resource metadata as a client must see it that speaks to the server through fuze: RFC 9728, section 3.3,
 * has it refuse a `resource` that is not what it asked. A foreign one stays, so that it does refuse it.
 */
export function rewrittenMetadata(body: Buffer, server: URL, resource: string): Buffer {
  return withUrl(body, 'resource', (named) =>
    named.origin === server.origin && asFolder(server).startsWith(asFolder(named))
      ? resource
      : undefined,
  );
}

/**
 * Metadata of a server that is its own authorization server and says so nowhere else: its client takes fuze for that,
 * and RFC 8414, section 3.3, has it refuse an `issuer` that is not whom it asked.
 */
export function rewrittenIssuer(body: Buffer, server: URL, here: string): Buffer {
  return withUrl(body, 'issuer', ({ origin, pathname }) =>
    origin === server.origin ? here + (pathname === '/' ? '' : pathname) : undefined,
  );
}

/** The document with another URL in a member; the bytes as they are where `replace` has none, or it is no such document. */
function withUrl(
  body: Buffer,
  member: 'resource' | 'issuer',
  replace: (url: URL) => string | undefined,
): Buffer {
  let document: unknown;
  try {
    document = JSON.parse(body.toString());
  } catch {
    return body;
  }
  if (!isObject(document)) return body;
  const value = document[member];
  if (typeof value !== 'string' || !URL.canParse(value)) return body;
  const url = replace(new URL(value));
  return url === undefined ? body : Buffer.from(JSON.stringify({ ...document, [member]: url }));
}

/** Its path with a slash at the end: `/mc` is no part of `/mcp`. */
function asFolder({ pathname }: URL): string {
  return pathname.endsWith('/') ? pathname : `${pathname}/`;
}
