import { ReceivedLine } from '../jsonrpc/line.js';

/**
 * The pieces as buffers, with lines made one that lie next to each other: what came in with one read goes out with one
 * write, and without a copy.
 */
export function joinAdjoining(pieces: readonly (Buffer | ReceivedLine)[]): readonly Buffer[] {
  const joined: Buffer[] = [];
  let memory: Buffer | undefined;
  let start = 0;
  let end = 0;
  for (const piece of pieces) {
    if (piece instanceof ReceivedLine && piece.memory === memory && piece.start === end) {
      end = piece.end;
      continue;
    }
    if (memory !== undefined) joined.push(memory.subarray(start, end));
    if (piece instanceof ReceivedLine) ({ memory, start, end } = piece);
    else {
      memory = undefined;
      joined.push(piece);
    }
  }
  if (memory !== undefined) joined.push(memory.subarray(start, end));
  return joined;
}
