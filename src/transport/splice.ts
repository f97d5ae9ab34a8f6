import type { ByteSink } from './byte-sink.js';
import type { ByteSource } from './byte-source.js';

const CHUNK_BYTES = 64 * 1024;

/** Passes on everything that comes, at the pace of who takes it. */
export function splice(
  source: ByteSource,
  sink: ByteSink,
  on: { readonly ended: () => void; readonly broken: () => void },
): void {
  const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  sink.listen(() => source.resume(), on.broken);
  source.start({
    room: () => chunk,
    filled: (bytes) => {
      sink.write([chunk.subarray(0, bytes)]);
      // Before the next one comes into the same memory.
      if (sink.backlog > 0) source.pause();
    },
    ended: on.ended,
  });
}
