import { createRequire } from 'node:module';
import type { Logger } from 'pino';
import { writeStderr } from './stderr.js';

/** Where fuze speaks: stderr, as JSON Lines. Nothing is loaded before there is something to say. */
export interface Log {
  debug(message: string, fields?: object): void;
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}

/** A log at level `warn`, with `verbose` at `debug`. */
export function createLog(name: string, verbose: boolean): Log {
  let logger: Logger | undefined;
  const open = (): Logger => {
    if (logger !== undefined) return logger;
    const pino = createRequire(import.meta.url)('pino') as typeof import('pino');
    logger = pino.default(
      { level: verbose ? 'debug' : 'warn', name: 'fuze', base: { server: name } },
      { write: writeStderr },
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
  };
}
