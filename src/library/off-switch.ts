import type { GuardedTool } from './guarded-tool.js';
import type { RunCore } from './run-core.js';

/** `FUZE=0` or `DRIFTGUARD_FUSE=0`: everything passes. */
export function isOff(env: NodeJS.ProcessEnv): boolean {
  return env.FUZE === '0' || env.DRIFTGUARD_FUSE === '0';
}

/** A call that nothing judges. It can still be undone, since that is the program's work and not the guard's. */
export async function unguardedCall<This, Args extends unknown[], Result>(
  run: RunCore,
  { name, work, compensate, settings }: GuardedTool<This, Args, Result>,
  self: This,
  args: Args,
): Promise<Result> {
  const result = await work.apply(self, args);
  if (compensate !== undefined) {
    const undo = (): unknown => compensate(result, ...args);
    const { timeout } = settings;
    run.compensations.add({ tool: name, id: run.nextCallId(), argsHash: '', undo, timeout });
  }
  return result;
}
