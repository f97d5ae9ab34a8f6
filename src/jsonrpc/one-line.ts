const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;

/**
 * A JSON text as one line, with the line feed that ends it, for transports that are cut into lines. In valid
 * JSON line ends stand between tokens only, where a space means the same: no value changes, nor any position.
 * The buffer itself where it is such a line already.
 */
export function oneLine(body: Buffer): Buffer {
  const isEnded = body.at(-1) === LF;
  const end = isEnded ? body.length - 1 : body.length;
  const text = body.subarray(0, end);
  const isBroken = text.includes(LF) || text.includes(CR);
  if (isEnded && !isBroken) return body;
  const line = Buffer.allocUnsafe(end + 1);
  text.copy(line);
  line[end] = LF;
  if (!isBroken) return line;
  for (let at = 0; at < end; at += 1) {
    if (line[at] === LF || line[at] === CR) line[at] = SPACE;
  }
  return line;
}
