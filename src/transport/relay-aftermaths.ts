import type { PartAtServer } from './relay-exchange.js';

/** How long the answer to a client that has left is still awaited, to know how its call ended. */
const AFTERMATH_MS = 60_000;

/** Requests at the server of which nobody waits for all that is in them. */
export class RelayAftermaths {
  /** With the end of fuze's patience. */
  private readonly timers = new Map<PartAtServer, NodeJS.Timeout>();

  /** From now on; anew for one that has begun. */
  begin(part: PartAtServer): void {
    this.end(part);
    const perhaps = (): void => {
      // Other calls of a batch may be waited for: theirs is no aftermath.
      if (part.isWanted) this.begin(part);
      else part.abort();
    };
    this.timers.set(part, setTimeout(perhaps, AFTERMATH_MS).unref());
  }

  end(part: PartAtServer): void {
    clearTimeout(this.timers.get(part));
    this.timers.delete(part);
  }
}
