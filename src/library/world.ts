import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';

/** All that the library needs of the world; tests hand in their own. */
export interface World {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Wall clock, milliseconds since the epoch. */
  readonly wallClock: () => number;
  /** 0 to 1. */
  readonly random: () => number;
  /** So many random bytes in hex. */
  readonly randomHex: (bytes: number) => string;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly home: string;
}

/** This process, as it is now. */
export function realWorld(): World {
  return {
    now: () => performance.now(),
    wallClock: Date.now,
    random: Math.random,
    randomHex: (bytes) => randomBytes(bytes).toString('hex'),
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
  };
}
