/**
 * The pieces with those joined that lie next to each other in memory, as lines of one chunk do: what came in with one
 * read goes out with one write, and without a copy.
 */
export function joinAdjoining(pieces: readonly Buffer[]): readonly Buffer[] {
  if (pieces.length < 2) return pieces;
  const joined: Buffer[] = [];
  let first: Buffer | undefined;
  // Asked for once for each piece: V8 calls out of compiled code for it.
  let memory: ArrayBufferLike | undefined;
  let end = 0;
  const close = (): void => {
    if (first === undefined || memory === undefined) return;
    const whole = end - first.byteOffset;
    joined.push(whole === first.length ? first : Buffer.from(memory, first.byteOffset, whole));
  };
  for (const piece of pieces) {
    const { byteOffset } = piece;
    if (first === undefined || byteOffset !== end || piece.buffer !== memory) {
      close();
      first = piece;
      memory = piece.buffer;
    }
    end = byteOffset + piece.length;
  }
  close();
  return joined;
}
