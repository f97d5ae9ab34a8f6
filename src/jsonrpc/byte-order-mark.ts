/** The byte order mark in UTF-8, which some writers put before a text. */
const MARK = Buffer.from('\ufeff');

/** The text without the mark, if one stands before it. */
export function withoutMark(text: Buffer): Buffer {
  const isMarked = text[0] === MARK[0] && MARK.equals(text.subarray(0, MARK.length));
  return isMarked ? text.subarray(MARK.length) : text;
}
