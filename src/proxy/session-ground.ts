import type { Settings } from '../config/settings.js';
import type { CallSettler } from './call-settler.js';
import type { Log } from './log.js';
import type { Recorder } from './recorder.js';
import type { RunKeeper } from './run-keeper.js';
import type { SharedRelease } from './shared-release.js';
import type { ToolCatalog } from './tool-catalog.js';
import type { TurnClock } from './turn-clock.js';

/** What all sessions of a proxy stand on. */
export interface SessionGround {
  readonly settings: () => Settings;
  readonly runs: RunKeeper;
  readonly catalog: ToolCatalog;
  readonly recorder: Recorder;
  readonly settler: CallSettler;
  readonly log: Log;
  readonly clock: TurnClock;
  readonly releases: SharedRelease;
  /** What a server wrote that is no message. */
  readonly noise: (bytes: Buffer) => void;
}
