import type { Frame, LineFramer } from '../../../src/jsonrpc/framing.js';

/** Lets a chunk arrive, in as many parts as there are rooms for it; `take` sees the frames of each while they hold. */
export function feed(
  framer: LineFramer,
  chunk: Buffer,
  take: (frames: readonly Frame[]) => void = () => {},
): Frame[] {
  const all: Frame[] = [];
  for (let at = 0; at < chunk.length; ) {
    const count = chunk.copy(framer.room(), 0, at);
    at += count;
    const frames = framer.filled(count);
    take(frames);
    all.push(...frames);
  }
  return all;
}
