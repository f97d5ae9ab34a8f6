import { ErrorCode } from '../jsonrpc/error-code.js';
import type { RequestId } from '../jsonrpc/id.js';
import { errorReply } from '../jsonrpc/reply.js';
import type { Loss, SomeRequests, Via } from '../transport/transport.js';
import type { Exchange } from './exchange.js';
import type { PendingRequest } from './pending-requests.js';

/** The ways in which a request ends without an answer of the server: each settles its call, and most answer it here. */
export class Unanswered {
  constructor(private readonly exchange: Exchange) {}

  timedOut(request: PendingRequest): void {
    const { guard, pending } = this.exchange;
    const text = guard.timeoutText(request);
    if (text === undefined) return;
    guard.abandon(request, 'timeout');
    pending.giveUp(request);
    this.exchange.answer(request, text);
    this.exchange.cancelAtServer(request, 'fuze: the call timed out');
  }

  /** The server, or the way to it, gave these requests up. */
  lost(which: readonly RequestId[] | SomeRequests, loss: Loss): void {
    const { guard, pending } = this.exchange;
    for (const request of this.requestsOf(which)) {
      if (!this.isOpen(request) || request.held) continue;
      if (loss.mayHaveRun) guard.abandon(request, 'connection lost');
      else guard.failed(request, loss.errorClass);
      if (loss.told) pending.remove(request);
      else this.answerError(request, loss.reason);
    }
  }

  /** The client closed the connection that these requests came by, and takes them back with it. */
  left(via: Via): void {
    const { guard, pending } = this.exchange;
    for (const request of this.requestsOf(via)) {
      if (!this.isOpen(request)) continue;
      const reachedServer = !request.held;
      guard.abandon(request, 'cancelled');
      pending.giveUp(request);
      if (reachedServer) {
        this.exchange.cancelAtServer(request, 'fuze: the client closed the connection');
      }
    }
  }

  /** The server is gone, or fuze ends: nothing is answered any more. */
  abandoned(reason: string, unknown: 'server exited' | 'fuze stopped'): void {
    for (const request of this.exchange.pending.all()) {
      if (!this.isOpen(request)) continue;
      this.exchange.guard.abandon(request, unknown);
      this.answerError(request, reason);
      this.exchange.onRefusedGone();
    }
  }

  /** Giving one up may have answered another, that waited for it. */
  private isOpen(request: PendingRequest): boolean {
    return this.exchange.pending.get(request.id) === request;
  }

  private answerError(request: PendingRequest, reason: string): void {
    const reply = errorReply(request.id.raw, ErrorCode.Refused, `fuze: ${reason}`);
    this.exchange.answer(request, reply);
  }

  private requestsOf(which: readonly RequestId[] | SomeRequests | Via): readonly PendingRequest[] {
    const { pending } = this.exchange;
    if ('expect' in which) return pending.all().filter(({ via }) => via === which);
    if ('has' in which) {
      return pending.all().filter(({ via, id }) => via === which.via && which.has(id.key));
    }
    return which.map((id) => pending.get(id)).filter((request) => request !== undefined);
  }
}
