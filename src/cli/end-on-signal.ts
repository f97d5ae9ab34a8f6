import { constants } from 'node:os';

/** Ends at the first signal with its exit code; what runs on 'exit' takes servers along that were started. */
export function endOnSignal(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
  }
}
