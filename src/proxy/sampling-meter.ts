import type { Run } from '../guard/run.js';
import { type IdKey, type RequestId, roundedKey } from '../jsonrpc/id.js';
import { type ModelUseOptions, meterModelUse } from './model-use.js';

/** Unanswered requests that are remembered; the oldest is forgotten first. */
const MAX_ASKED = 1_000;

export interface SamplingMeterOptions extends ModelUseOptions {
  /** The run that is open, or undefined while there is none. */
  readonly run: () => Run | undefined;
}

interface Asked {
  /** Of all params under this id. */
  bytes: number;
  /** Requests under this id: a server that uses one twice must not get the second for nothing. */
  requests: number;
}

/**
 * Meters `sampling/createMessage`: a server that asks the client's model spends tokens and money of the user, and
 * they count to the run whose calls it serves. A request is passed on whatever it costs; the calls after it pay.
 */
export class SamplingMeter {
  private readonly asked = new Map<IdKey, Asked>();

  constructor(private readonly options: SamplingMeterOptions) {}

  /** The server asks with params of so many bytes. */
  ask(id: RequestId, bytes: number): void {
    const key = roundedKey(id);
    const known = this.asked.get(key) ?? { bytes: 0, requests: 0 };
    this.asked.set(key, { bytes: known.bytes + bytes, requests: known.requests + 1 });
    const [oldest] = this.asked.keys();
    if (this.asked.size > MAX_ASKED && oldest !== undefined) this.asked.delete(oldest);
  }

  /** The client answered something; `result` is undefined for an error, for which no model worked. */
  answered(id: RequestId, result: unknown): void {
    const key = roundedKey(id);
    const asked = this.asked.get(key);
    if (asked === undefined) return;
    if (asked.requests === 1) this.asked.delete(key);
    else this.asked.set(key, { bytes: 0, requests: asked.requests - 1 });
    const run = this.options.run();
    if (run !== undefined) meterModelUse(run, asked.bytes, result, this.options);
  }
}
