import type { ErrorCode } from '../../jsonrpc/error-code.js';
import { errorReply } from '../../jsonrpc/reply.js';
import type { HttpRequest } from '../../transport/http-listener.js';

/** How long answers that are on their way may take to arrive once fuze ends, milliseconds. */
export const GRACE_MS = 1_000;

/** One way into the listener: takes the requests to its paths. */
export interface Door {
  /** True when the request was for this door, which then answers it. */
  take(request: HttpRequest): boolean;
  /** Sessions that are open now. */
  readonly sessions: number;
  /** Ends what is open; resolves when nothing of it is left. */
  close(reason: string): Promise<void>;
  /** The same without waiting. */
  killNow(): void;
}

/** Answers a request with an error of fuze's own. `id` is JSON text, null where no request is meant. */
export function refuse(
  { reply }: HttpRequest,
  status: number,
  code: ErrorCode,
  reason: string,
  id: string | null = null,
): void {
  reply.json(status, errorReply(id, code, `fuze: ${reason}`));
}

/** A method that the path does not know. */
export function refuseMethod({ reply }: HttpRequest, allowed: string): void {
  reply.empty(405, { allow: allowed });
}
