/** Marks the file as a fuze ledger ("fuze" in ASCII), see PRAGMA application_id. */
export const APPLICATION_ID = 0x66757a65;

/** Raised whenever the tables change; an older fuze refuses a newer file. */
export const SCHEMA_VERSION = 1;

/**
 * One row per effect and scope; a later try takes the row over. All times are milliseconds since the epoch.
 *
 * - scope: 'run:<run id>', or 'time' for effects that count across runs (then dedupe_ms is set)
 * - free_at: from when the row stands in nobody's way and may be forgotten; NULL while that depends on its owner
 * - released: its run has ended in order
 */
export const SCHEMA = `
CREATE TABLE effects (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  server TEXT NOT NULL,
  tool TEXT NOT NULL,
  args_hash TEXT NOT NULL,
  scope TEXT NOT NULL,
  run_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'failed', 'unknown')),
  dedupe_ms INTEGER,
  crash_window_ms INTEGER NOT NULL,
  begun_at INTEGER NOT NULL,
  settled_at INTEGER,
  free_at INTEGER,
  reason TEXT,
  released INTEGER NOT NULL DEFAULT 0,
  by_person INTEGER NOT NULL DEFAULT 0,
  tries INTEGER NOT NULL DEFAULT 1,
  owner_pid INTEGER NOT NULL,
  owner_started TEXT NOT NULL,
  owner_nonce TEXT NOT NULL,
  result TEXT,
  UNIQUE (server, tool, args_hash, scope)
) STRICT;
CREATE INDEX effects_by_run ON effects (server, run_id);
CREATE INDEX effects_by_free_at ON effects (free_at);
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${SCHEMA_VERSION};
`;
