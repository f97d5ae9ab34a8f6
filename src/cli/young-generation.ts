import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the young generation of the heap at the size that it has. V8 lets it grow under load, up to 16 MB thrice,
 * though next to nothing of a call outlives it. Not for who writes whole messages into a trace: a long text then fills
 * it at once, and what is about to die is copied instead.
 */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
