import { constants } from 'node:os';

export interface ProcessWatch {
  /** The first signal: time to end in order. */
  readonly onSignal: (signal: NodeJS.Signals) => void;
  /** Must be synchronous: a second signal came, or the process ends in whatever way. */
  readonly atOnce: () => void;
  readonly verbose: boolean;
}

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
/** EX_SOFTWARE of sysexits.h: a fault of fuze itself. */
const INTERNAL_ERROR = 70;

/** Hears of all the ways in which this process can end and still run code. */
export function watchProcess({ onSignal, atOnce, verbose }: ProcessWatch): void {
  let first = true;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (first) {
        first = false;
        onSignal(signal);
        return;
      }
      process.exit(128 + constants.signals[signal]);
    });
  }
  process.on('uncaughtException', (error) => {
    const text = verbose ? error.stack : error.message;
    process.stderr.write(`fuze: internal error, please report it: ${text}\n`);
    process.exit(INTERNAL_ERROR);
  });
  // A client that closes stderr must not end the session.
  process.stderr.on('error', () => {});
  process.on('exit', atOnce);
}
