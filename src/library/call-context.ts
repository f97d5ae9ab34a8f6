import { AsyncLocalStorage } from 'node:async_hooks';

/** What a guarded function can learn of the call that it is in. */
export interface CallContext {
  /** Aborted, with the GuardTimeout as its reason, when the call has timed out. */
  readonly signal: AbortSignal;
  readonly tool: string;
  readonly runId: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
}

const storage = new AsyncLocalStorage<CallContext>();

/** The guarded call that this code runs in, also after an `await`; undefined outside of any. */
export function currentCall(): CallContext | undefined {
  return storage.getStore();
}

/** Runs the work as the inside of a guarded call. */
export function inCall<T>(context: CallContext, work: () => T): T {
  return storage.run(context, work);
}
