import type { OneTimeEvent } from './one-time-event.js';

const LOOK_MS = 20;

/**
 * True when it happened, false when `milliseconds` passed before. They are counted in looks, each after whatever has
 * arrived was read: on a busy machine one long wait can be over before the first byte of what it waits for is taken.
 * While it is held back, the wait has not begun.
 */
export async function patientWait(
  event: OneTimeEvent<void>,
  milliseconds: number,
  isHeldBack: () => boolean = () => false,
): Promise<boolean> {
  let happened = false;
  let wake = (): void => {};
  // Asked for once: what waits for an event is kept until it happens.
  void event.happened.then(() => {
    happened = true;
    wake();
  });
  let waited = 0;
  while (waited < milliseconds) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => setImmediate(resolve), LOOK_MS);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (happened) wake();
    });
    if (happened) return true;
    waited = isHeldBack() ? 0 : waited + LOOK_MS;
  }
  return false;
}
