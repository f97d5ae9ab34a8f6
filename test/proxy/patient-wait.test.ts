import { expect, test, vi } from 'vitest';
import { OneTimeEvent } from '../../src/proxy/one-time-event.js';
import { patientWait } from '../../src/proxy/patient-wait.js';

/** Waits for what is held back for so many looks; `onFree` runs at the first look after them. */
async function waitFor(heldBack: number, onFree: (event: OneTimeEvent<void>) => void) {
  const event = new OneTimeEvent<void>();
  let looks = 0;
  const happened = await patientWait(event, 200, () => {
    looks += 1;
    if (looks === heldBack + 1) onFree(event);
    return looks <= heldBack;
  });
  return { happened, looks };
}

test('what was held back until this moment has not had its time yet', async () => {
  const waited = await waitFor(30, (event) => setImmediate(() => event.happen()));
  expect(waited).toEqual({ happened: true, looks: 31 });
});

test('what never happens is waited for only as long as it is not held back', async () => {
  expect(await waitFor(3, () => {})).toEqual({ happened: false, looks: 13 });
});

test('to be held back for long leaves nothing behind for each look', async () => {
  const event = new OneTimeEvent<void>();
  const waits = vi.spyOn(event.happened, 'then');
  let looks = 0;
  const happened = await patientWait(event, 20, () => {
    looks += 1;
    return looks < 30;
  });
  expect({ happened, looks }).toEqual({ happened: false, looks: 30 });
  expect(waits).toHaveBeenCalledTimes(1);
});
