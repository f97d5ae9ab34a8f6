/** The error codes that fuze itself answers with. */
export const ErrorCode = {
  /** JSON-RPC 2.0, section 5.1: the text is not JSON. */
  ParseError: -32700,
  /** JSON-RPC 2.0, section 5.1: JSON, but not a request that has one meaning. */
  InvalidRequest: -32600,
  /** JSON-RPC 2.0, section 5.1: `tools/call` without what it needs. */
  InvalidParams: -32602,
  /** JSON-RPC 2.0, section 5.1: the server has no such method. */
  MethodNotFound: -32601,
  /** MCP 2026-07-28: headers and body of an HTTP request say different things. */
  HeaderMismatch: -32020,
  /** MCP 2026-07-28: the client has not declared a capability that the request needs. */
  MissingCapability: -32021,
  /** MCP 2026-07-28: the server does not speak this revision. */
  UnsupportedVersion: -32022,
  /** As the SDKs of MCP have it: the session of an HTTP request is not there. */
  SessionNotFound: -32001,
  /** Free for implementations (-32000…-32019): refused by fuze, or the server is gone. */
  Refused: -32000,
} as const;

export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];
