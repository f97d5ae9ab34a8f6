import type { LoopSettings } from '../config/settings.js';
import type { CheckName, Stopped, Trip, Verdict } from './decision.js';
import type { JudgedCall } from './tool-call.js';

/** Verdicts that are no tripped limits: the ledger's, and a fault of fuze. */
const NOT_TRIPS: ReadonlySet<CheckName> = new Set(['side_effect', 'fault']);

/** What the limits of one run have tripped, and whether one of them has ended it. */
export class Trips {
  /** Loop refusals since a call was last admitted. */
  private skips = 0;
  /** The trips that refusals belong to until a call is admitted again: one for each check, whatever is called in turn. */
  private readonly open = new Map<CheckName, Trip>();
  /** The trip that ended the run. */
  latch: Trip | undefined;

  constructor(
    private readonly newTripId: () => string,
    private readonly loop: () => LoopSettings,
  ) {}

  /** A call was admitted: what is refused from now on is a new story. */
  admitted(): void {
    this.skips = 0;
    // Only where there is one: clearing makes a new table, also of an empty map.
    if (this.open.size > 0) this.open.clear();
  }

  /** The refusal of a call by this verdict. In shadow mode it is told as it would be, and ends nothing. */
  refuse(call: JudgedCall, verdict: Verdict, shadow: boolean): Stopped {
    const action = verdict.kind === 'loop' ? this.onLoop(call, shadow) : 'refuse';
    const { trip, isNew } = this.tripFor(call, verdict, action === 'kill', shadow);
    if (action === 'kill' && !shadow) this.latch = trip;
    return { action, call, verdict, tripId: trip?.id, newTrip: isNew ? trip : undefined };
  }

  /** The refusal of every call after the run was ended, always with the same trip; undefined while it goes on. */
  latched(call: JudgedCall): Stopped | undefined {
    const trip = this.latch;
    if (trip === undefined) return undefined;
    const verdict: Verdict = {
      check: 'killed',
      kind: 'stop',
      reason: `This run was ended by fuze and refuses every call. The cause: ${trip.verdict.reason}`,
      advice: 'Stop calling tools. Tell the user what happened and what you have so far.',
      details: { cause: trip.verdict.check },
    };
    return { action: 'refuse', call, verdict, tripId: trip.id, newTrip: undefined };
  }

  /** A person lets the run go on: what is refused from now on is a new story. Tells what had ended it. */
  lift(): Trip | undefined {
    const trip = this.latch;
    this.latch = undefined;
    this.admitted();
    return trip;
  }

  private onLoop(call: JudgedCall, shadow: boolean): 'refuse' | 'kill' {
    if (call.settings.onLoop === 'kill') return 'kill';
    if (shadow) return 'refuse';
    this.skips += 1;
    return this.skips > this.loop().maxSkips ? 'kill' : 'refuse';
  }

  private tripFor(
    call: JudgedCall,
    verdict: Verdict,
    kills: boolean,
    shadow: boolean,
  ): { trip: Trip | undefined; isNew: boolean } {
    if (NOT_TRIPS.has(verdict.check)) return { trip: undefined, isNew: false };
    const open = this.open.get(verdict.check);
    // The trip that ends a run is told to the client at every later call: it must be about the call that did it.
    if (open !== undefined && !(kills && open.call.tool !== call.tool)) {
      return { trip: open, isNew: false };
    }
    const trip: Trip = { id: this.newTripId(), verdict, call, shadow };
    this.open.set(verdict.check, trip);
    return { trip, isNew: true };
  }
}
