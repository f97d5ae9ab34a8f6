import type { CutBytes } from '../jsonrpc/bounded-bytes.js';
import type { Frame } from '../jsonrpc/framing.js';

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const NEWLINE = Buffer.of(LF);

/** In JSON, line ends stand between tokens only: there a space means the same. */
function onOneLine(message: Buffer): Buffer {
  if (!message.includes(LF) && !message.includes(CR)) return message;
  return Buffer.from(message.map((byte) => (byte === LF || byte === CR ? SPACE : byte)));
}

/** A message that came as the body of an answer or the data of an event, as a frame that can go out as a line. */
export function frameOf(data: Buffer | CutBytes): Frame {
  if (!Buffer.isBuffer(data)) return { kind: 'oversize', ...data };
  const body = onOneLine(data);
  return { kind: 'line', raw: Buffer.concat([body, NEWLINE]), body };
}
