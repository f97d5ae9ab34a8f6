import { isUnderWay } from './trace-payload.js';

/** What `session.end` counts over its session. */
export interface SessionTally {
  readonly calls: number;
  readonly refused: number;
  readonly replayed: number;
  readonly trips: number;
  readonly records: number;
}

export const EMPTY_TALLY: SessionTally = {
  calls: 0,
  refused: 0,
  replayed: 0,
  trips: 0,
  records: 0,
};

/** The tally with one more record. Takes what was read from a file too, hence the unknown members. */
export function tallied(
  tally: SessionTally,
  payload: { readonly kind?: unknown; readonly outcome?: unknown },
): SessionTally {
  const call = payload.kind === 'call' && !isUnderWay(payload.outcome);
  return {
    calls: tally.calls + (call ? 1 : 0),
    refused: tally.refused + (call && payload.outcome === 'refused' ? 1 : 0),
    replayed: tally.replayed + (call && payload.outcome === 'replayed' ? 1 : 0),
    trips: tally.trips + (payload.kind === 'trip' ? 1 : 0),
    records: tally.records + 1,
  };
}
