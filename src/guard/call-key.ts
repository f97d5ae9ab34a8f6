import type { ToolSettings } from '../config/settings.js';
import { type CanonicalHash, callHash, callText, comparedArgs } from './identity.js';
import type { ToolCall } from './tool-call.js';

/** How values are written by RFC 8785, and what such a text hashes to: SHA-256 in hex. */
export interface CanonicalForm {
  readonly textOf: (value: unknown) => string;
  readonly hash: (text: string) => string;
}

/** To hash a text that is no longer would cost more than all comparisons with it. */
const MAX_TEXT = 200;

/**
 * What makes two calls the same to the loop checks, to compare by: the text that `callHash` hashes where it can be had
 * and is short, else the hash. A text begins with a brace, and a hash never does.
 */
export function callKey(
  request: ToolCall,
  settings: ToolSettings,
  hash: CanonicalHash,
  canonical: CanonicalForm | undefined,
): string {
  const { tool, canonicalArgs } = request;
  if (canonical === undefined) return callHash(tool, request.args, settings, hash);
  const text =
    canonicalArgs !== undefined && settings.ignoreArgs.length === 0
      ? callText(tool, canonicalArgs)
      : canonical.textOf({ arguments: comparedArgs(request.args, settings), tool });
  return text.length <= MAX_TEXT ? text : canonical.hash(text);
}

/** The hash that a key stands for. */
export function hashOfKey(key: string, canonical: CanonicalForm | undefined): string {
  return canonical !== undefined && key.startsWith('{') ? canonical.hash(key) : key;
}
