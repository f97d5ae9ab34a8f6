import type { IncomingHttpHeaders } from 'node:http';
import { isIPv4, isIPv6 } from 'node:net';

/** Where a listener is bound. Port 0 leaves the choice to the system. */
export interface ListenAddress {
  /** A name or an IP address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** `--listen` cannot be read; the message is for people. */
export class ListenAddressError extends Error {
  override readonly name = 'ListenAddressError';
}

const DEFAULT_HOST = '127.0.0.1';
const HIGHEST_PORT = 65_535;
const HOST_NAME = /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?$/i;
/** Host and port of the `Host` header, also of an origin (RFC 9110, section 7.2). */
const AUTHORITY = /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]/?#@]+))(?::(\d*))?$/i;
const WEB_ORIGIN = /^(https?):\/\/([^/?#@]+)$/i;

interface Authority {
  readonly host: string;
  /** Empty where none is written. */
  readonly port: string;
}

function readAuthority(text: string): Authority | undefined {
  const [, bracketed, plain, port = ''] = AUTHORITY.exec(text) ?? [];
  const host = bracketed ?? plain;
  return host === undefined ? undefined : { host: host.toLowerCase(), port };
}

/** Reads `[host:]port`, as in `8080`, `localhost:8080`, `0.0.0.0:8080` and `[::1]:8080`. */
export function parseListen(text: string): ListenAddress {
  const refuse = (reason: string): ListenAddressError =>
    new ListenAddressError(
      `--listen: found ${JSON.stringify(text)}: ${reason}. Allowed is [host:]port, such as 8080, localhost:8080 or [::1]:8080.`,
    );
  const [, before, portText = ''] = /^(?:(.*):)?([^:]*)$/s.exec(text) ?? [];
  if (before === '') {
    throw refuse(`the host is empty; for all interfaces write 0.0.0.0:${portText || 'port'}`);
  }
  const bracketed = before === undefined ? undefined : /^\[(.*)\]$/s.exec(before)?.[1];
  const host = bracketed ?? before ?? DEFAULT_HOST;
  if (bracketed !== undefined && !isIPv6(bracketed)) {
    throw refuse('only an IPv6 address stands in brackets');
  }
  if (bracketed === undefined && /^[\da-f.[\]]*:[\da-f.:[\]]*$/i.test(host)) {
    throw refuse('an IPv6 address must stand in brackets, with the port behind them');
  }
  // What is only digits and dots was meant as an address.
  const isName = HOST_NAME.test(host) && (isIPv4(host) || !/^[\d.]+$/.test(host));
  if (bracketed === undefined && !isName) throw refuse('the host is no name and no address');
  const port = Number(portText);
  if (!/^\d+$/.test(portText) || port > HIGHEST_PORT) {
    throw refuse(`the port must be a number from 0 to ${HIGHEST_PORT}`);
  }
  return { host, port };
}

/** True for `localhost`, 127.0.0.0/8 and ::1: what only this machine reaches. */
export function isLoopback(host: string): boolean {
  const plain = host.toLowerCase();
  return plain === 'localhost' || plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'));
}

/**
 * DNS rebinding: a page whose name was turned to this machine still sends that name as `Host`. A listener
 * on the loopback answers to the names of the loopback only, under any port, for it may be forwarded. Beyond
 * it any name may be ours; there the token protects, which no page knows.
 */
export function hostAllowed(hostHeader: string | undefined, address: ListenAddress): boolean {
  const authority = hostHeader === undefined ? undefined : readAuthority(hostHeader);
  if (authority === undefined) return false;
  return !isLoopback(address.host) || isLoopback(authority.host);
}

/**
 * Whether a page elsewhere had the browser send this without its `Origin`, as for an image or a script: it could not
 * read the answer, but open sessions (Fetch Metadata, W3C). A person who follows a link to log in is no page.
 */
export function sentByStranger(headers: IncomingHttpHeaders): boolean {
  const { 'sec-fetch-site': site, 'sec-fetch-mode': mode, origin } = headers;
  return site === 'cross-site' && mode !== 'navigate' && origin === undefined;
}

/**
 * Whether a page of this origin may speak to the listener (MCP, Streamable HTTP, "Security & Endpoint": 403
 * if not). None at all is fine: no browser sends that. On the loopback it is any page of this machine;
 * beyond it, a page that this very host has sent.
 */
export function originAllowed(
  originHeader: string | undefined,
  hostHeader: string | undefined,
  address: ListenAddress,
): boolean {
  if (originHeader === undefined) return true;
  const [, scheme, rest = ''] = WEB_ORIGIN.exec(originHeader) ?? [];
  const origin = readAuthority(rest);
  if (scheme === undefined || origin === undefined) return false;
  if (isLoopback(address.host)) return isLoopback(origin.host);
  const host = hostHeader === undefined ? undefined : readAuthority(hostHeader);
  const usual = scheme.toLowerCase() === 'https' ? '443' : '80';
  return host?.host === origin.host && (host.port || usual) === (origin.port || usual);
}
