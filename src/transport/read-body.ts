import type { IncomingMessage } from 'node:http';
import { announcedLength } from './content-length.js';

/** Why a body was not read. */
export type UnreadBody = 'too large' | 'no room' | 'aborted';

/**
 * Reads the body of a request, up to `limit` bytes, whatever its Content-Length says or does not say, and calls back
 * once. After `too large` nothing more is read: the caller answers 413. `aborted` is a
 * client that went away before its body was whole. `mayTake` is asked before so many bytes more are kept; once it
 * says false, there is `no room`.
 */
export function readBody(
  request: IncomingMessage,
  limit: number,
  mayTake: (bytes: number) => boolean,
  then: (outcome: Buffer | UnreadBody) => void,
): void {
  let parts: Buffer[] = [];
  let length = 0;
  let over = false;
  const finish = (outcome: Buffer | UnreadBody): void => {
    if (over) return;
    over = true;
    parts = [];
    then(outcome);
  };
  const stop = (why: UnreadBody): void => {
    request.off('data', take).pause();
    finish(why);
  };
  const take = (chunk: Buffer): void => {
    length += chunk.length;
    if (length > limit) stop('too large');
    else if (!mayTake(chunk.length)) stop('no room');
    else parts.push(chunk);
  };
  const gone = (): void => finish('aborted');
  // Stays after the end: a connection that breaks later must not bring the process down.
  request.on('error', gone);
  if (announcedLength(request.rawHeaders) > limit) stop('too large');
  else if (request.destroyed && !request.complete) gone();
  else {
    request.on('data', take).on('close', gone);
    request.on('end', () => {
      const [first] = parts;
      finish(parts.length === 1 && first !== undefined ? first : Buffer.concat(parts));
    });
  }
}
