/**
 * How long a call may wait for its client or for its task, in milliseconds: a person may answer the next morning,
 * and a run with a call that waits does not end by `run_idle`, so this is also what ends it.
 */
export const LONGEST_WAIT_MS = 24 * 3_600_000;
