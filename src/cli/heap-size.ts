import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the heap small: fuze runs beside every server of a client, and next to nothing of a call outlives it. V8 would
 * let the young generation grow under load, up to 16 MB thrice, and the old one by 8 MB at least before it looks for
 * garbage there. So small a young generation one thread collects sooner than several come together for it; and the old
 * one is marked little by little from 20 % of what it may grow by: a collection by force would throw away what has been
 * compiled. The flags are read whenever a collection begins or has ended, and so may be set late.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=10');
  setFlagsFromString('--no-parallel-scavenge');
  setFlagsFromString('--incremental-marking-hard-trigger=20');
}
