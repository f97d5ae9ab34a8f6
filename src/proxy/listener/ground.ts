import type { HttpRequest } from '../../transport/http-listener.js';
import type { GuardedSessions } from '../guarded-sessions.js';
import type { Log } from '../log.js';
import type { Upstream } from '../upstream.js';
import type { SessionCap } from './session-cap.js';

/** What the doors of a listener stand on. */
export interface Ground {
  readonly guard: GuardedSessions;
  readonly cap: SessionCap;
  readonly log: Log;
  /** A server for a session that this request opens. */
  readonly openUpstream: (request: HttpRequest) => Upstream;
}
