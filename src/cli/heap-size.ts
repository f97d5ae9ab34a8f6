import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the heap small: fuze runs beside every server of a client, and next to nothing of a call outlives it. V8 would
 * let the young generation grow under load, up to 16 MB thrice, and the old one to several times of what lives in it
 * before it looks for garbage there. So small a young generation one thread collects sooner than several come together
 * for it. The flags are read whenever a collection begins or has ended, and so may be set late.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=10');
  setFlagsFromString('--no-parallel-scavenge');
}
