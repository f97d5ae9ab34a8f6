import type { GuardedSessions } from '../guarded-sessions.js';
import type { Upstream } from '../upstream.js';
import type { Credentials } from './hosted-session.js';
import type { SessionCap } from './session-cap.js';

/** What all doors of a listener stand on. */
export interface GroundFloor {
  readonly guard: GuardedSessions;
  readonly cap: SessionCap;
}

/** The same for doors that open a server for each session. */
export interface Ground extends GroundFloor {
  readonly openUpstream: (credentials: Credentials) => Upstream;
}
