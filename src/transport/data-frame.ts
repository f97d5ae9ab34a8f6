import type { CutBytes } from '../jsonrpc/bounded-bytes.js';
import type { Frame } from '../jsonrpc/framing.js';
import { oneLine } from '../jsonrpc/one-line.js';

/** A message that came as the body of an answer or the data of an event, as a frame that can go out as a line. */
export function frameOf(data: Buffer | CutBytes): Frame {
  if (!Buffer.isBuffer(data)) return { kind: 'oversize', ...data };
  const raw = oneLine(data);
  return { kind: 'line', raw, body: raw.subarray(0, -1) };
}
