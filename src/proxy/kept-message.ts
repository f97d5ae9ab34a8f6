import type { CallMessage } from '../jsonrpc/client-message.js';
import { PROTOCOL_VERSION } from './refusal.js';

/** Bytes of arguments, as they came, that are held while their calls are in flight. */
const MAX_HELD_BYTES = 8 << 20;

/** What of a call's message is still needed when the call ends. */
export interface KeptMessage extends Pick<CallMessage, 'id' | 'tool' | 'meta' | 'asTask'> {
  /** Undefined where nothing asks for them, where too many are held already, or where their text is there. */
  readonly args: CallMessage['args'] | undefined;
  /** See `CallMessage`. */
  readonly canonicalArgs: string | undefined;
  /** See `JudgedCall`; undefined as long as nobody made it. */
  argsHash: string | undefined;
  /** Bytes held for it. */
  readonly held: number;
}

const NO_META = {};
/** Versions are dates, and compared from their beginning; of what is longer no more is held. */
const MAX_VERSION = 40;

function keptMeta(meta: CallMessage['meta']): CallMessage['meta'] {
  const version = meta[PROTOCOL_VERSION];
  if (typeof version !== 'string') return NO_META;
  const isShort = version.length <= MAX_VERSION;
  // A text of its own: a slice would hold all of it.
  const held = isShort ? version : Buffer.from(version.slice(0, MAX_VERSION)).toString();
  return { [PROTOCOL_VERSION]: held };
}

/** The message of the next round of a call: an id of its own, and the arguments as they were. */
export function nextMessage(kept: KeptMessage, { id, meta, asTask }: CallMessage): KeptMessage {
  return { ...kept, id, meta: keptMeta(meta), asTask };
}

/**
 * Lets go of the messages of calls in flight, but for what their records need. A client may send any number of
 * large calls before it reads an answer: above the bound a record shows the hash of the arguments alone.
 */
export class MessageKeeper {
  private bytes = 0;

  /** `wantsArgs`: whether the records show arguments. */
  constructor(private readonly wantsArgs: boolean) {}

  keep(message: CallMessage): KeptMessage {
    const { id, tool, argsBytes, canonicalArgs, meta, asTask } = message;
    const fits = this.wantsArgs && this.bytes + argsBytes <= MAX_HELD_BYTES;
    const held = fits ? argsBytes : 0;
    this.bytes += held;
    return {
      id,
      tool,
      meta: keptMeta(meta),
      asTask,
      // To look at them is to parse them.
      args: fits && canonicalArgs === undefined ? message.args : undefined,
      canonicalArgs: fits ? canonicalArgs : undefined,
      argsHash: undefined,
      held,
    };
  }

  letGo({ held }: KeptMessage): void {
    this.bytes -= held;
  }
}
