import type { IncomingMessage } from 'node:http';

/**
 * Reads the body of a request, up to `limit` bytes, whatever its Content-Length says or does not say. After
 * `too large` nothing more is read: the caller answers 413 and closes the connection. `aborted` is a client
 * that went away before its body was whole.
 */
export function readBody(
  request: IncomingMessage,
  limit: number,
): Promise<Buffer | 'too large' | 'aborted'> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let length = 0;
    const tooLarge = (): void => {
      request.off('data', take);
      request.pause();
      resolve('too large');
    };
    const take = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > limit) tooLarge();
      else parts.push(chunk);
    };
    const whole = (): void => {
      const [first] = parts;
      resolve(parts.length === 1 && first !== undefined ? first : Buffer.concat(parts));
    };
    // What comes after the first outcome, as the end of every connection does, says nothing more.
    const gone = (): void => resolve('aborted');
    // Stays after the end: a connection that breaks later must not bring the process down.
    request.on('error', gone);
    if (Number(request.headers['content-length']) > limit) tooLarge();
    else if (request.destroyed && !request.complete) gone();
    else request.on('data', take).on('end', whole).on('close', gone);
  });
}
