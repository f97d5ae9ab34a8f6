import { type CanonicalHash, callHash } from '../guard/identity.js';
import type { Run } from '../guard/run.js';
import type { UnknownReason } from '../guard/tool-call.js';
import type { CallMessage } from '../jsonrpc/client-message.js';
import type { CallSettler } from './call-settler.js';
import { digest, type Question } from './input-question.js';
import { LONGEST_WAIT_MS } from './longest-wait.js';
import type { OpenCall } from './open-call.js';

/** A call that its server has answered with a question to the client. */
export interface WaitingCall {
  readonly call: OpenCall;
  readonly question: Question;
  readonly timer: NodeJS.Timeout;
}

/** Calls that wait for their client; above it the one that has waited longest is given up. */
const MAX_WAITING = 1_000;
/** Official clients stop after 10. A server that asks for ever would keep a call from every check. */
const MAX_ROUNDS = 100;

/**
 * The calls that wait for the client's input (multi round-trip requests, 2026-07-28), each with all that it holds:
 * its place in the run, its reservation, its row in the ledger. One of them goes on with one message at a time.
 */
export class InputRounds {
  private readonly waiting = new Set<WaitingCall>();

  constructor(
    private readonly settler: CallSettler,
    private readonly hash: CanonicalHash,
  ) {}

  /** The call waits from now on. Its clock is that of a person. */
  wait(call: OpenCall, question: Question): void {
    if (call.round.number >= MAX_ROUNDS) {
      this.settler.abandoned(call, 'given up');
      return;
    }
    const timer = setTimeout(() => {
      this.giveUp(waiting, 'given up');
      this.settler.flush();
    }, LONGEST_WAIT_MS).unref();
    const waiting: WaitingCall = { call, question, timer };
    this.waiting.add(waiting);
    const [oldest] = this.waiting;
    if (this.waiting.size > MAX_WAITING && oldest !== undefined) this.giveUp(oldest, 'given up');
  }

  /**
   * The call that a message of the client continues: the same tool, the same arguments, and the state that the server
   * gave. A message with anything else is a call of its own. `here` is the run that the message came in; a call
   * without a state is continued in its own run alone.
   */
  find(message: CallMessage, here: Run | undefined): WaitingCall | undefined {
    if (message.round === undefined) return undefined;
    const found = [...this.waiting].filter((waiting) => this.continues(message, waiting, here));
    return found.find(({ call }) => call.run === here) ?? found[0];
  }

  /** The call goes on: it no longer waits, and a second message like this one continues nothing. */
  take(waiting: WaitingCall): void {
    clearTimeout(waiting.timer);
    this.waiting.delete(waiting);
  }

  /** Nobody will answer: all calls end, or those of one run. */
  abandon(reason: UnknownReason, run?: Run): void {
    for (const waiting of this.waiting) {
      if (run === undefined || waiting.call.run === run) this.giveUp(waiting, reason);
    }
  }

  private giveUp(waiting: WaitingCall, reason: UnknownReason): void {
    this.take(waiting);
    this.settler.abandoned(waiting.call, reason);
  }

  private continues(
    { tool, args, round }: CallMessage,
    { call, question }: WaitingCall,
    here: Run | undefined,
  ): boolean {
    const judged = call.decision.call;
    if (round === undefined || tool !== judged.tool) return false;
    if (round.requestState === undefined) {
      if (question.state !== undefined || call.run !== here) return false;
    } else {
      if (typeof round.requestState !== 'string') return false;
      const state = digest(round.requestState);
      // The round before brought no more than a question: a client that lost that answer may send it again.
      if (state !== question.state && state !== call.round.state) return false;
    }
    try {
      return callHash(tool, args, judged.settings, this.hash) === judged.argsHash;
    } catch {
      // Nested too deeply to be hashed: the checks will tell the client.
      return false;
    }
  }
}
