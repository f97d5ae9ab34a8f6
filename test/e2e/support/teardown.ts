import { afterAll, onTestFinished } from 'vitest';

const left = new Set<() => void | Promise<void>>();

// What a beforeAll started belongs to no single test; it goes when the file is done.
afterAll(async () => {
  for (const cleanUp of [...left].reverse()) await cleanUp();
  left.clear();
});

/** Runs `cleanUp` when the current test ends, passed or failed; outside a test, when the file ends. Last comes first. */
export function onTeardown(cleanUp: () => void | Promise<void>): void {
  left.add(cleanUp);
  try {
    onTestFinished(async () => {
      if (left.delete(cleanUp)) await cleanUp();
    });
  } catch {
    // Not inside a test: afterAll has it.
  }
}
