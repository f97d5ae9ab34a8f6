/** A request to a remote server came to nothing. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';

  /** `mayHaveRun` is false when the server cannot have begun what it was asked: nothing of it was delivered. */
  constructor(
    message: string,
    readonly mayHaveRun: boolean,
  ) {
    super(message);
  }
}

/** What people can do about the errors that have a plain cause. */
const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused: nothing listens there, or a firewall forbids it',
  ENOTFOUND: 'there is no host of that name: check the URL',
  EAI_AGAIN: 'the name of the host could not be looked up: is there a network?',
  EHOSTUNREACH: 'there is no way to that host from here',
  ENETUNREACH: 'there is no way to that network from here',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'the connection timed out',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed; NODE_EXTRA_CA_CERTS can name it',
  SELF_SIGNED_CERT_IN_CHAIN:
    'its certificate comes from an unknown authority; NODE_EXTRA_CA_CERTS can name it',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate comes from an unknown authority; NODE_EXTRA_CA_CERTS can name it',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  EPROTO: 'it does not speak TLS there: is it an http:// URL?',
  HPE_INVALID_CONSTANT: 'what it answers is not HTTP',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of its answer are too large',
  UND_ERR_SOCKET: 'the connection was cut',
  UND_ERR_DESTROYED: 'the connection was cut',
  UND_ERR_CONNECT_TIMEOUT: 'it took too long to connect',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'its answer has not the length that it announced',
};

/** What undici says under the same code as of a connection that was cut. */
const BAD_UPGRADE = 'bad upgrade';

/** Words for an error of undici, node:tls or node:net. */
export function describeCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message === BAD_UPGRADE) return 'it answers in another protocol than HTTP';
  const code = 'code' in error ? String(error.code) : '';
  return CAUSES[code] ?? (error.message || code);
}
