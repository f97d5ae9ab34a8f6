import type { Readable } from 'node:stream';
import { OneTimeEvent } from './one-time-event.js';

/** A client that does not read stderr must neither stop the calls nor fill the memory: beyond this, fuze's own lines are dropped. */
const MAX_WAITING_BYTES = 1 << 20;

/** Writes a line of fuze's own, without ever waiting for a reader. */
export function writeStderr(text: string): void {
  if (process.stderr.writableLength < MAX_WAITING_BYTES) process.stderr.write(text);
}

/** The one line of the off switch. */
export function sayUnguarded(): void {
  process.stderr.write('fuze: switched off by the environment, every call passes unguarded\n');
}

/**
 * Passes the server's stderr on, as fast as it is read. The server does not simply inherit it: the start of a
 * child makes what it inherits blocking (libuv, `uv_spawn`), and a full stderr would then stop fuze altogether.
 * What is returned happens when the last of it has been read.
 */
export function relayStderr(errors: Readable): OneTimeEvent<void> {
  const done = new OneTimeEvent<void>();
  errors.pipe(process.stderr);
  // Nobody reads stderr any more: the server must not wait for that.
  const readOn = (): void => void errors.resume();
  process.stderr.on('error', readOn);
  errors.once('close', () => {
    process.stderr.off('error', readOn);
    process.stderr.write('', () => done.happen());
  });
  return done;
}
