import type { ToolSettings } from '../config/settings.js';
import { type Fingerprint, fingerprintOf, isSamePrint } from './fingerprint.js';
import { type CanonicalHash, callHash, comparedArgs } from './identity.js';
import type { ToolCall } from './tool-call.js';

/** How values are written by RFC 8785, and what such a text hashes to: SHA-256 in hex. */
export interface CanonicalForm {
  readonly textOf: (value: unknown) => string;
  readonly hash: (text: string) => string;
}

/** To hash arguments that are no longer would cost more than all comparisons with them. */
const MAX_TEXT = 160;

/** What is hashed of a call, in the order of RFC 8785; the arguments as it writes them. */
function callText(tool: string, args: string, canonical: CanonicalForm): string {
  return `{"arguments":${args},"tool":${canonical.textOf(tool)}}`;
}

/**
 * What makes two calls the same to the loop checks: tool and arguments without the ignored members. It is the
 * fingerprint of both itself: one object less for each call that a history remembers.
 */
export class CallKey implements Fingerprint {
  readonly high: number;
  readonly low: number;

  constructor(
    private readonly tool: string,
    /**
     * As RFC 8785 writes them; of a long call, or where that text cannot be had, the hash of tool and arguments; empty
     * where they cannot be compared.
     */
    private readonly args: string,
    private readonly canonical: CanonicalForm | undefined,
  ) {
    const { high, low } = fingerprintOf(args, fingerprintOf(tool));
    this.high = high;
    this.low = low;
  }

  isSame(other: CallKey): boolean {
    // Most arguments differ near their ends only, so that to compare them is to read them.
    return isSamePrint(this, other) && this.args === other.args && this.tool === other.tool;
  }

  /** The same for keys that are the same, and for no others. */
  get text(): string {
    return `${this.args} ${this.tool}`;
  }

  /** What `callHash` makes of the call. */
  get hash(): string {
    const { tool, args, canonical } = this;
    // A text begins with a brace, and a hash never does.
    if (canonical === undefined || !args.startsWith('{')) return args;
    return canonical.hash(callText(tool, args, canonical));
  }
}

/** The key of a call. Throws for arguments that are nested too deeply to be compared. */
export function callKey(
  request: ToolCall,
  settings: ToolSettings,
  hash: CanonicalHash,
  canonical: CanonicalForm | undefined,
): CallKey {
  const { tool, canonicalArgs } = request;
  if (canonical === undefined) {
    return new CallKey(tool, callHash(tool, request.args, settings, hash), undefined);
  }
  const text =
    canonicalArgs !== undefined && settings.ignoreArgs.length === 0
      ? canonicalArgs
      : // Asked for here alone: they may have to be parsed for it.
        canonical.textOf(comparedArgs(request.args, settings));
  const isShort = text.length <= MAX_TEXT;
  const compared = isShort ? text : canonical.hash(callText(tool, text, canonical));
  return new CallKey(tool, compared, canonical);
}
