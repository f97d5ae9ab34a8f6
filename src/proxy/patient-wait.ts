import type { OneTimeEvent } from './one-time-event.js';

const LOOK_MS = 20;

/**
 * True when it happened, false when `milliseconds` passed before. They are counted in looks, each after whatever has
 * arrived was read: on a busy machine one long wait can be over before the first byte of what it waits for is taken.
 * Time while it is held back does not count.
 */
export async function patientWait(
  event: OneTimeEvent<void>,
  milliseconds: number,
  isHeldBack: () => boolean = () => false,
): Promise<boolean> {
  for (let waited = 0; waited < milliseconds; waited = isHeldBack() ? 0 : waited + LOOK_MS) {
    if (await event.within(LOOK_MS)) return true;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return false;
}
