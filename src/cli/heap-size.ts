import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How often to look. */
const LOOK_EVERY_MS = 250;
/** V8 lets the old generation grow by 8 MB at least before it collects it, whatever flags say. */
const MOST_GROWTH_BYTES = 2.5 * 1024 * 1024;

function isCollector(value: unknown): value is () => void {
  return typeof value === 'function';
}

/** Collects everything, in some milliseconds; undefined where V8 does not show how. */
function fullCollection(): (() => void) | undefined {
  setFlagsFromString('--expose-gc');
  const collector: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  return isCollector(collector) ? collector : undefined;
}

/** Collects when the heap has grown since it was last looked at small. */
function collectAsItGrows(): void {
  let collect: (() => void) | undefined;
  let smallest = Number.POSITIVE_INFINITY;
  const look = (): void => {
    const used = getHeapStatistics().used_heap_size;
    smallest = Math.min(smallest, used);
    if (used - smallest < MOST_GROWTH_BYTES) return;
    collect ??= fullCollection();
    collect?.();
    smallest = getHeapStatistics().used_heap_size;
  };
  setInterval(look, LOOK_EVERY_MS).unref();
}

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
  collectAsItGrows();
}
