import { readCalls } from './read-calls.js';
import type { CallReport } from './run-report.js';
import { Simulation, type SimulationOptions } from './simulation.js';
import type { Totals } from './totals.js';

/** One file of recorded calls. */
export interface Recording {
  readonly name: string;
  readonly open: () => AsyncIterable<Uint8Array>;
}

export interface SimulateOptions extends SimulationOptions {
  /** Every decision, as it is made; the next one waits for a promise that is returned. */
  readonly onCall: (report: CallReport) => Promise<void> | undefined;
  readonly onBroken: (recording: string, line: number, reason: string) => void;
  /** A recording that cannot be read, or no further. The others still are. */
  readonly onUnreadable: (recording: string, error: unknown) => void;
  /** How far the reading is, after every line. */
  readonly onProgress: (bytes: number, calls: number) => void;
  /** Stops the simulation, as when nobody reads what it prints. */
  readonly signal: AbortSignal;
}

/** Reads recordings one after the other as one input, and decides on every call in them. */
export async function simulate(
  recordings: readonly Recording[],
  options: SimulateOptions,
): Promise<Totals> {
  const simulation = new Simulation(options);
  const { totals } = simulation;
  let bytes = 0;
  let calls = 0;
  for (const { name, open } of recordings) {
    try {
      for await (const reading of readCalls(open())) {
        if (options.signal.aborted) return simulation.end();
        bytes += reading.bytes;
        if (reading.kind === 'broken') {
          totals.broken += 1;
          options.onBroken(name, reading.line, reading.reason);
        } else if (reading.kind === 'reset') {
          simulation.lift(reading.run);
        } else if (reading.kind === 'call') {
          calls += 1;
          const written = options.onCall(simulation.decide(reading.call));
          if (written !== undefined) await written;
        }
        options.onProgress(bytes, calls);
      }
    } catch (error) {
      if (!isSystemError(error)) throw error;
      options.onUnreadable(name, error);
    }
  }
  return simulation.end();
}

/** What the file system threw; everything else is a fault of fuze and must not pass for one of the file. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
