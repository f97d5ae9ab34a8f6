import { constants } from 'node:os';
import type { ServerExit, ServerStartError } from '../transport/server-process.js';

/** Why a proxy ends. The first reason counts. */
export type Ending =
  | { readonly by: 'client' }
  | { readonly by: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly by: 'kill' }
  | { readonly by: 'server'; readonly exit: ServerExit }
  | { readonly by: 'start'; readonly error: ServerStartError };

/** The exit code that tells the reason to whoever started fuze. */
export function exitCodeOf(ending: Ending): number {
  switch (ending.by) {
    case 'client':
    case 'kill':
      return 0;
    case 'signal':
      return 128 + constants.signals[ending.signal];
    case 'server':
      return ending.exit.exitCode;
    case 'start':
      return ending.error.exitCode;
  }
}

/** What the client is told when a request of it meets the end. */
export function farewell(ending: Ending): string {
  switch (ending.by) {
    case 'client':
    case 'signal':
      return 'fuze is shutting down';
    case 'kill':
      return 'fuze ended the connection, because the run was killed';
    case 'server':
      return `the server exited (${ending.exit.description})`;
    case 'start':
      return ending.error.message;
  }
}
