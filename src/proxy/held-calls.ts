import type { Run } from '../guard/run.js';
import type { CallMessage } from '../jsonrpc/client-message.js';
import type { Line } from '../jsonrpc/line.js';
import type { PendingRequest } from './pending-requests.js';

/** A call that waits for an identical side effect in flight. */
export interface HeldCall {
  readonly request: PendingRequest;
  readonly message: CallMessage;
  /** The message as it arrived, to be forwarded when its turn comes. */
  readonly sent: Pick<Line, 'raw'>;
  readonly run: Run;
  /** See `runKey`. */
  readonly runKey: string;
  /** Monotonic milliseconds of its arrival. */
  readonly since: number;
}

/** How often another process's effect is looked up; one of this process announces its own end. */
const POLL_MS = 50;

/** The held calls in the order of their arrival. */
export class HeldCalls {
  private calls: HeldCall[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly poll: () => void) {}

  /** The memory in which its message came may be used for the next. */
  add(call: HeldCall): void {
    this.putBack({ ...call, sent: { raw: Buffer.from(call.sent.raw) } });
  }

  putBack(call: HeldCall): void {
    this.calls.push(call);
    this.timer ??= setInterval(this.poll, POLL_MS);
  }

  /** Takes all of them out; whoever takes them puts back those that still must wait. */
  takeAll(): readonly HeldCall[] {
    const { calls } = this;
    this.calls = [];
    return calls;
  }

  /** Takes out the call of one request. */
  take(request: PendingRequest): HeldCall | undefined {
    const found = this.calls.find((call) => call.request === request);
    this.calls = this.calls.filter((call) => call !== found);
    this.rest();
    return found;
  }

  /** Stops polling when nothing is held any more. */
  rest(): void {
    if (this.calls.length > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
