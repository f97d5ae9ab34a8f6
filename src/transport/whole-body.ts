import { BoundedBytes } from '../jsonrpc/bounded-bytes.js';
import type { UpstreamAnswer } from './upstream-answer.js';

/** Resolves with the body as it came; rejects as soon as it is longer than that, and where it breaks off. */
export function wholeBody(answer: UpstreamAnswer, maxBytes: number): Promise<Buffer> {
  const bytes = new BoundedBytes(maxBytes);
  return new Promise((resolve, reject) => {
    answer.read({
      chunk: (part) => {
        bytes.add(part);
        if (bytes.isCut) reject(new Error(`its answer is above ${maxBytes} bytes`));
      },
      ended: () => {
        const body = bytes.take();
        if (Buffer.isBuffer(body)) resolve(body);
      },
      broken: reject,
    });
  });
}
