import type { LoopSettings } from '../config/settings.js';

/** Calls that are kept at least, for the log of a trip. */
const MIN_HISTORY = 50;

/** How far back the loop checks look, and the log of a trip with them. */
export function historyNeeded({
  windowSize,
  sequenceMaxPeriod,
  sequenceRepeats,
}: LoopSettings): number {
  return Math.max(MIN_HISTORY, windowSize, sequenceMaxPeriod * sequenceRepeats);
}
