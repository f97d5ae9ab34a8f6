import { createRequire } from 'node:module';
import type { Logger } from 'pino';

/** Where fuze speaks: stderr, as JSON Lines. Nothing is loaded before there is something to say. */
export interface Log {
  debug(message: string, fields?: object): void;
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
  /** Writes out what is waiting; for the end. */
  close(): void;
}

const MAX_WAITING_BYTES = 1 << 20;

/** A log at level `warn`, with `verbose` at `debug`. */
export function createLog(name: string, verbose: boolean): Log {
  let logger: Logger | undefined;
  let flush = (): void => {};
  const open = (): Logger => {
    if (logger !== undefined) return logger;
    const pino = createRequire(import.meta.url)('pino') as typeof import('pino');
    // Not synchronous: a client that does not read stderr must not stop the calls. Beyond the mark lines are dropped.
    const destination = pino.destination({ fd: 2, sync: false, maxLength: MAX_WAITING_BYTES });
    destination.on('error', () => {});
    flush = () => {
      try {
        destination.flushSync();
      } catch {
        // Nobody reads stderr any more: nothing is left to tell, and no one to tell it to.
      }
    };
    logger = pino.default(
      { level: verbose ? 'debug' : 'warn', name: 'fuze', base: { server: name } },
      destination,
    );
    return logger;
  };
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields: object = {}): void => {
      if (verbose || level === 'warn' || level === 'error') open()[level](fields, message);
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    close: () => flush(),
  };
}
