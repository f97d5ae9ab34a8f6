/**
 * The pieces with those joined that lie next to each other in memory, as lines of one chunk do: what came in with one
 * read goes out with one write, and without a copy.
 */
export function joinAdjoining(pieces: readonly Buffer[]): readonly Buffer[] {
  if (pieces.length < 2) return pieces;
  const joined: Buffer[] = [];
  let first: Buffer | undefined;
  let end = 0;
  const close = (): void => {
    if (first === undefined) return;
    const { buffer, byteOffset, length } = first;
    const whole = end - byteOffset;
    joined.push(whole === length ? first : Buffer.from(buffer, byteOffset, whole));
  };
  for (const piece of pieces) {
    if (first === undefined || piece.buffer !== first.buffer || piece.byteOffset !== end) {
      close();
      first = piece;
    }
    end = piece.byteOffset + piece.length;
  }
  close();
  return joined;
}
