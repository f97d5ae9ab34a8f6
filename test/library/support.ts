import { createEngineIn, type Engine } from '../../src/library/engine.js';
import type { EngineOptions } from '../../src/library/options.js';
import { realWorld, type World } from '../../src/library/world.js';
import { tempFolder } from '../config/temp-folder.js';

/** A world without a home, a configuration or waiting; what it was asked to sleep is in `slept`. */
export interface TestWorld extends World {
  readonly slept: number[];
  /** Moves the monotonic clock on. */
  pass(milliseconds: number): void;
}

export function testWorld(folder: string = tempFolder(), env: NodeJS.ProcessEnv = {}): TestWorld {
  const slept: number[] = [];
  let passed = 0;
  const { now, ...real } = realWorld();
  return {
    ...real,
    slept,
    pass: (milliseconds) => {
      passed += milliseconds;
    },
    now: () => now() + passed,
    random: () => 0.5,
    sleep: async (milliseconds) => {
      slept.push(milliseconds);
    },
    env,
    cwd: folder,
    home: folder,
  };
}

/** An engine that keeps what it has to say in `notices`. */
export function testEngine(
  options: EngineOptions = {},
  world: World = testWorld(),
): Engine & { readonly notices: string[] } {
  const notices: string[] = [];
  const onNotice = (text: string): void => void notices.push(text);
  return { ...createEngineIn(world, { onNotice, ...options }), notices };
}

/** What a promise rejects with; fails when it does not. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not reject');
}

/** Asserts the class of an error, so that its members can be looked at. */
export function as<T>(kind: new (...args: never[]) => T, error: unknown): T {
  if (error instanceof kind) return error;
  throw new Error(`expected ${kind.name}`, { cause: error });
}

/** A promise and what ends it. */
export function deferred<T>(): {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
} {
  let resolve = (_: T): void => {};
  let reject = (_: unknown): void => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** Resolves when everything that was ready to run has run. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
