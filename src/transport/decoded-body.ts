import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { BodyReader, UpstreamAnswer } from './upstream-answer.js';

/** A body being read. */
export interface BodyReading {
  pause(): void;
  resume(): void;
}

function decoderFor(encoding: string | undefined): Transform | undefined {
  switch (encoding?.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      return undefined;
  }
}

/** Reads a body in clear: some servers compress though they were asked not to. Its size is bounded where it is read. */
export function readDecoded(answer: UpstreamAnswer, reader: BodyReader): BodyReading {
  const decoder = decoderFor(answer.header('content-encoding'));
  if (decoder === undefined) {
    answer.read(reader);
    return answer;
  }
  let isOver = false;
  const finish = (last: () => void): void => {
    if (isOver) return;
    isOver = true;
    last();
  };
  decoder.on('data', (bytes: Buffer) => reader.chunk(bytes));
  decoder.on('drain', () => answer.resume());
  decoder.on('end', () => finish(() => reader.ended()));
  decoder.on('error', (error) => {
    finish(() => reader.broken(error));
    answer.abort();
  });
  answer.read({
    chunk: (bytes) => {
      if (!decoder.write(bytes)) answer.pause();
    },
    ended: () => void decoder.end(),
    broken: (error) => void decoder.destroy(error),
  });
  return { pause: () => void decoder.pause(), resume: () => void decoder.resume() };
}
