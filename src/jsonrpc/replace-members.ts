/** JSON text that stands, or is to stand, in place of the bytes from `start` to before `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The message with other texts at these places, all other bytes as they came. Spans in any order; they must
 * lie within the message and apart, or a RangeError is thrown before a broken message can leave.
 */
export function replaceSpans(bytes: Buffer, spans: readonly Span[]): Buffer {
  if (spans.length === 0) return bytes;
  const parts: Buffer[] = [];
  let copied = 0;
  for (const { start, end, text } of [...spans].sort((a, b) => a.start - b.start)) {
    if (start < copied || end < start || end > bytes.length) {
      throw new RangeError(`cannot replace the bytes ${start} to ${end} of ${bytes.length}`);
    }
    parts.push(bytes.subarray(copied, start), Buffer.from(text));
    copied = end;
  }
  parts.push(bytes.subarray(copied));
  return Buffer.concat(parts);
}
