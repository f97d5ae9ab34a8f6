import { createHash, timingSafeEqual } from 'node:crypto';

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/**
 * True when the header is `Bearer <token>` (RFC 6750, section 2.1; the scheme in any case, RFC 9110, section
 * 11.1). Digests are compared, in constant time: neither length nor a common beginning can be measured.
 */
export function bearerMatches(authorizationHeader: string | undefined, token: string): boolean {
  const shown = /^bearer +(.*?) *$/i.exec(authorizationHeader ?? '')?.[1];
  return shown !== undefined && timingSafeEqual(digest(shown), digest(token));
}
