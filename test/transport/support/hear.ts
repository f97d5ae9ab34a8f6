import type { ByteSource } from '../../../src/transport/byte-source.js';

/** All that comes from a source until it ends, read into the same memory again and again. */
export function hear(source: ByteSource, memory = Buffer.alloc(1_000)): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    source.start({
      room: () => memory,
      filled: (bytes) => {
        text += memory.toString('latin1', 0, bytes);
      },
      ended: () => resolve(text),
    });
  });
}
