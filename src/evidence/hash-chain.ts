import { sha256Hex } from './canonical.js';

/** The `prevHash` of the first record. */
export const GENESIS = '0'.repeat(64);

/** The first record of a chain has this `sequence`. */
export const FIRST_SEQUENCE = 1;

/** One line of a trace. */
export interface ChainRecord {
  readonly sequence: number;
  /** `hash` of the record before, or GENESIS. */
  readonly prevHash: string;
  readonly payload: unknown;
  /** Hex SHA-256 of RFC 8785 `{sequence, prevHash, payload}`. */
  readonly hash: string;
}

/** Where a chain ends, and so what the next record continues. */
export interface ChainHead {
  readonly sequence: number;
  readonly hash: string;
}

/** The head of a chain without records. */
export const EMPTY_CHAIN: ChainHead = { sequence: FIRST_SEQUENCE - 1, hash: GENESIS };

/** A record as text, without line end, and the head of the chain with it. */
export interface SealedLine {
  readonly line: string;
  readonly head: ChainHead;
}

/** How every line that continues `head` begins. */
export function linePrefix(head: ChainHead): string {
  return `{"sequence":${head.sequence + 1},"prevHash":"${head.hash}","payload":`;
}

/** What stands after the payload where the record is hashed: RFC 8785 sorts the members. */
export function hashedAfter(head: ChainHead): string {
  return `,"prevHash":"${head.hash}","sequence":${head.sequence + 1}}`;
}

/** What stands after the payload in the line. */
export function lineSuffix(hash: string): string {
  return `,"hash":"${hash}"}`;
}

/** Continues the chain with a payload given as canonical JSON text. */
export function seal(head: ChainHead, payloadText: string): SealedLine {
  const hash = sha256Hex(`{"payload":${payloadText}${hashedAfter(head)}`);
  return {
    line: `${linePrefix(head)}${payloadText}${lineSuffix(hash)}`,
    head: { sequence: head.sequence + 1, hash },
  };
}
