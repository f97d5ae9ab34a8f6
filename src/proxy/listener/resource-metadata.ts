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

/** Its path with a slash at the end: `/mc` is no part of `/mcp`. */
function asFolder({ pathname }: URL): string {
  return pathname.endsWith('/') ? pathname : `${pathname}/`;
}

/**
 * Protected-resource metadata as a client must see it that speaks to the server through fuze: RFC 9728, section 3.3,
 * has it refuse a `resource` that is not what it asked. A foreign one stays, so that it does refuse it.
 */
export function rewrittenMetadata(body: Buffer, server: URL, resource: string): Buffer {
  let document: unknown;
  try {
    document = JSON.parse(body.toString());
  } catch {
    return body;
  }
  if (!isObject(document) || typeof document.resource !== 'string') return body;
  if (!URL.canParse(document.resource)) return body;
  const named = new URL(document.resource);
  const isServer = named.origin === server.origin && asFolder(server).startsWith(asFolder(named));
  if (!isServer) return body;
  return Buffer.from(JSON.stringify({ ...document, resource }));
}
