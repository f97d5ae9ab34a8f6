import { PROXY_ONLY_DEFAULTS } from '../config/defaults.js';
import { resolvePath } from '../config/paths.js';
import { stateDir } from '../config/state-dir.js';
import { createRedactor } from '../evidence/redact.js';
import { SecretNames } from '../evidence/secret-names.js';
import { createEngine as createGuardEngine } from '../guard/engine.js';
import { MemoryLedger } from '../guard/memory-ledger.js';
import { comparingHash } from './call-arguments.js';
import { CallRecorder } from './call-recorder.js';
import { engineShape, runShape } from './engine-options.js';
import { ConfigurationError } from './fuze-error.js';
import { librarySettings } from './library-settings.js';
import { type Limits, limitsOf, withLimits } from './limits.js';
import { noticesTo } from './notices.js';
import { isOff } from './off-switch.js';
import type { EngineOptions, RunOptions, StandaloneOptions } from './options.js';
import { readOptions } from './read-options.js';
import { type Guarded, LibraryRun, type Run } from './run.js';
import { RunCore } from './run-core.js';
import { openRunFiles } from './run-files.js';
import { standaloneGuard } from './standalone.js';
import type { World } from './world.js';

/** Opens runs that share settings, and the ledger in memory. */
export interface Engine {
  /** A run with limits of its own. `name` says who runs: identical side effects of another name are others. */
  createRun(name: string, options?: RunOptions): Run;
  /** Puts a function under guard in a run of its own, which opens with a call and ends after `runIdle` without one. */
  guard<This, Args extends unknown[], Result>(
    work: (this: This, ...args: Args) => Result | PromiseLike<Result>,
    options?: StandaloneOptions<Args, Result>,
  ): Guarded<This, Args, Result>;
  /** Ends the runs that have files open, so that their traces are complete. A guarded function opens a new one. */
  end(): void;
}

const DEFAULT_NAME = 'default';
/** Of a run's name in its id. */
const MAX_NAME_IN_ID = 40;

/** An engine in a given world; see `Engine`. Throws a ConfigurationError for a wrong option or `fuze.toml`. */
export function createEngineIn(world: World, options: EngineOptions = {}): Engine {
  const given = readOptions('createEngine', options, engineShape);
  const settings = librarySettings(given.config, world);
  const limits = withLimits(limitsOf(settings), 'createEngine', given);
  const onNotice = noticesTo(options.onNotice);
  const folder = given.state_dir && resolvePath(given.state_dir, world.cwd, world.home);
  const state = stateDir({ ...world, flag: folder, file: settings.file });
  const memory = new MemoryLedger({ now: world.wallClock });
  const hash = comparingHash(world.randomHex);
  const redact = createRedactor(new SecretNames(settings.proxy.redact));
  const off = isOff(world.env);
  const withFiles = new Set<RunCore>();
  if (off) onNotice('fuze is switched off by the environment, every call passes unguarded');

  const openRun = (name: string, own: Limits, records: Records): RunCore => {
    const { shadow } = own.guard;
    const files = openRunFiles(
      { name, shadow, trace: off ? false : records.trace, ledger: records.ledger },
      { settings, stateDir: state, world, memory, onNotice },
    );
    const { trace } = files;
    const { capture, tripLog } = settings.proxy;
    const core = new RunCore({
      name,
      runId: `${name.replace(/[^\w.-]+/g, '-').slice(0, MAX_NAME_IN_ID)}_${world.randomHex(8)}`,
      limits: own,
      engine: createGuardEngine({
        settings: () => own.guard,
        openLedger: files.ledger,
        now: world.now,
        randomHex: world.randomHex,
        hash,
        effectsBlocked: () =>
          trace?.ready() === false ? 'the trace cannot be written' : undefined,
        onProblem: (error) => onNotice(error instanceof Error ? error.message : String(error)),
      }),
      durable: records.ledger !== false,
      recorder: trace && new CallRecorder({ ...world, trace, capture, redact }),
      trips: tripLog === undefined ? undefined : { stateDir: state, latestPath: tripLog },
      world,
      off,
      onNotice,
      release: () => {
        withFiles.delete(core);
        files.release();
      },
    });
    if (files.any) withFiles.add(core);
    return core;
  };

  const records: Records = { trace: given.trace ?? false, ledger: given.ledger ?? false };
  return {
    createRun: (name, runOptions = {}) => {
      if (typeof name !== 'string' || name === '') {
        throw new ConfigurationError(
          'createRun: the first argument is the name of the run, a text',
        );
      }
      const own = readOptions('createRun', runOptions, runShape);
      const { trace = records.trace, ledger = records.ledger } = own;
      const core = openRun(name, withLimits(limits, 'createRun', own), { trace, ledger });
      return new LibraryRun(core);
    },
    guard: (work, guardOptions = {}) => {
      if (records.ledger !== false && given.name === undefined) {
        throw new ConfigurationError(
          'guard: with a ledger on disk, createEngine needs the option name: it says whose side effects they are, also after a restart',
        );
      }
      const name = given.name ?? DEFAULT_NAME;
      const idle = given.run_idle ?? PROXY_ONLY_DEFAULTS.run_idle;
      return standaloneGuard(work, guardOptions, limits, idle, (own) =>
        openRun(name, own, records),
      );
    },
    end: () => {
      for (const core of [...withFiles]) core.end();
    },
  };
}

/** The files that a run asks for. */
interface Records {
  readonly trace: boolean | string;
  readonly ledger: boolean | string;
}
