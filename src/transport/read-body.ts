import type { IncomingMessage } from 'node:http';

/** Why a body was not read. */
export type UnreadBody = 'too large' | 'no room' | 'aborted';

/**
 * Reads the body of a request, up to `limit` bytes, whatever its Content-Length says or does not say. After
 * `too large` nothing more is read: the caller answers 413 and closes the connection. `aborted` is a client
 * that went away before its body was whole. `mayTake` is asked before so many bytes more are kept; once it
 * says false, there is `no room`.
 */
export function readBody(
  request: IncomingMessage,
  limit: number,
  mayTake: (bytes: number) => boolean = () => true,
): Promise<Buffer | UnreadBody> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let length = 0;
    const finish = (outcome: Buffer | UnreadBody): void => {
      request.off('data', take).off('end', whole).off('close', gone);
      request.pause();
      resolve(outcome);
    };
    const take = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > limit) finish('too large');
      else if (!mayTake(chunk.length)) finish('no room');
      else parts.push(chunk);
    };
    const whole = (): void => {
      const [first] = parts;
      finish(parts.length === 1 && first !== undefined ? first : Buffer.concat(parts));
    };
    const gone = (): void => finish('aborted');
    // Stays after the end: a connection that breaks later must not bring the process down.
    request.on('error', gone);
    if (Number(request.headers['content-length']) > limit) finish('too large');
    else if (request.destroyed && !request.complete) finish('aborted');
    else request.on('data', take).on('end', whole).on('close', gone);
  });
}
