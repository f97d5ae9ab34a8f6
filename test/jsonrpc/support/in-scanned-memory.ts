import { ScannedMemory } from '../../../src/jsonrpc/scanned-memory.js';

/** One for all: each takes a wide space of addresses, and there are not thousands of them. */
const memory = ScannedMemory.of(1024 * 1024);

/** A copy of the bytes where WebAssembly sees them, `before` bytes from the beginning; holds until the next one. */
export function inScannedMemory(bytes: Buffer, before: number): Buffer {
  if (memory === undefined) throw new Error('no WebAssembly here');
  bytes.copy(memory.bytes, before);
  return memory.bytes.subarray(before, before + bytes.length);
}
