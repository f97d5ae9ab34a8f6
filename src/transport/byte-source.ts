import type { Readable } from 'node:stream';

/** Who gives the memory that is read into, and hears of what came. */
export interface Intake {
  /** Where the next bytes go. Asked for anew after each `filled`. */
  room(): Buffer;
  /** So many bytes have come into that room. */
  filled(bytes: number): void;
  /** Nothing more will come. */
  ended(): void;
}

/** Where bytes come from. Nothing comes before `start`, nor while it is paused. */
export interface ByteSource {
  start(intake: Intake): void;
  pause(): void;
  resume(): void;
  readonly isPaused: boolean;
}

/**
 * Puts bytes that lie elsewhere into the rooms of an intake, as long as the source is not paused: what was told is in
 * use then, and a next room could be its memory. Returns what is left.
 */
export function pour(
  bytes: Buffer,
  intake: Intake,
  source: { readonly isPaused: boolean },
): Buffer {
  let left = bytes;
  while (left.length > 0 && !source.isPaused) {
    const room = intake.room();
    const poured = left.copy(room);
    left = left.subarray(poured);
    intake.filled(poured);
  }
  return left;
}

const hold = (): void => {};

/** Any stream as a source: each chunk comes in memory of its own, and is copied. */
export function streamSource(stream: Readable): ByteSource {
  // Listens and reads nothing: what comes waits. Without it, Node lets the streams of a child that exits flow to nobody.
  stream.on('readable', hold);
  const source: ByteSource = {
    start(intake) {
      let isOver = false;
      const end = (): void => {
        if (isOver) return;
        isOver = true;
        intake.ended();
      };
      stream.off('readable', hold);
      // The end of a stream in which nothing came could not be held back.
      if (stream.readableEnded) setImmediate(end);
      stream.on('data', (chunk: Buffer) => {
        const left = pour(chunk, intake, source);
        if (left.length > 0) stream.unshift(left);
      });
      stream.on('end', end);
      stream.on('close', end);
      stream.on('error', end);
    },
    pause: () => void stream.pause(),
    resume: () => void stream.resume(),
    get isPaused() {
      return stream.isPaused();
    },
  };
  return source;
}
