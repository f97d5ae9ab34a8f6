import { join } from 'node:path';
import { resolvePath } from '../config/paths.js';
import type { Settings } from '../config/settings.js';
import { openTrace, type TraceWriter } from '../evidence/trace-writer.js';
import type { EffectLedger } from '../guard/effect-ledger.js';
import type { MemoryLedger } from '../guard/memory-ledger.js';
import { openLedger } from '../ledger/open.js';
import type { SqliteLedger } from '../ledger/sqlite-ledger.js';
import { packageVersion } from './package-version.js';
import { ScopedLedger } from './scoped-ledger.js';
import { type Lease, SharedPool } from './shared-pool.js';
import type { World } from './world.js';

/** A file has one writer in this process: a second one would be sent to a file of its own. */
const traces = new SharedPool<TraceWriter>((trace) => trace.close({ reason: 'the run ended' }));
const ledgers = new SharedPool<SqliteLedger>((ledger) => ledger.close());

/** Where the files of runs are, and what they are told. */
export interface FileOptions {
  readonly settings: Settings;
  readonly stateDir: string;
  readonly world: World;
  /** For runs that keep their side effects in memory. */
  readonly memory: MemoryLedger;
  readonly onNotice: (text: string) => void;
}

/** What a run asked for: `true` is the usual place. */
export interface WantedFiles {
  readonly name: string;
  readonly trace: boolean | string;
  readonly ledger: boolean | string;
  readonly shadow: boolean;
}

/** The files of one run, open until `release`. */
export interface RunFiles {
  readonly trace: TraceWriter | undefined;
  /** Opens the ledger; may throw, and side effects are refused then. */
  readonly ledger: () => EffectLedger;
  /** Whether there is anything to release. */
  readonly any: boolean;
  release(): void;
}

function placeOf(
  wanted: boolean | string,
  usual: string,
  { cwd, home }: World,
): string | undefined {
  if (wanted === false) return undefined;
  return wanted === true ? usual : resolvePath(wanted, cwd, home);
}

/** Takes part in the files that a run asked for. No file is touched before there is something to write. */
export function openRunFiles(wanted: WantedFiles, options: FileOptions): RunFiles {
  const { settings, stateDir, world, memory, onNotice } = options;
  const { name, shadow } = wanted;
  const tracePath = placeOf(wanted.trace, settings.library.traceOutput, world);
  const ledgerPath = placeOf(wanted.ledger, join(stateDir, 'ledger.db'), world);
  const trace =
    tracePath === undefined
      ? undefined
      : traces.lease(tracePath, () =>
          openTrace(tracePath, {
            session: { fuze: packageVersion(), server: name, mode: shadow ? 'shadow' : 'guard' },
            now: world.wallClock,
            onNotice,
          }),
        );
  let ledger: Lease<SqliteLedger> | undefined;
  return {
    trace: trace?.value,
    ledger: () => {
      if (ledgerPath === undefined) return new ScopedLedger(memory, name);
      ledger ??= ledgers.lease(JSON.stringify([ledgerPath, name]), () =>
        openLedger({ path: ledgerPath, server: name }),
      );
      return ledger.value;
    },
    any: trace !== undefined || ledgerPath !== undefined,
    release: () => {
      trace?.release();
      ledger?.release();
    },
  };
}
