/** Bodies of this many full sizes may be held at one time. */
const BODIES_AT_ONCE = 4;
/** However small the size is: many small requests must be able to wait for their answers together. */
const LEAST_BYTES = 32 << 20;

/** What the bodies of all requests that have no answer yet may take of the memory together. */
export class BodyBudget {
  private taken = 0;

  /** @param maxBodyBytes the size of one */
  constructor(private readonly maxBodyBytes: () => number) {}

  /** The share of one request; nothing yet. */
  share(): BodyShare {
    let own = 0;
    return {
      take: (bytes) => {
        const most = Math.max(LEAST_BYTES, BODIES_AT_ONCE * this.maxBodyBytes());
        // One alone always may: its own size is looked at elsewhere.
        if (this.taken > own && this.taken + bytes > most) return false;
        own += bytes;
        this.taken += bytes;
        return true;
      },
      giveBack: () => {
        this.taken -= own;
        own = 0;
      },
    };
  }
}

export interface BodyShare {
  /** Takes so many bytes more; false where there is no room for them. */
  take(bytes: number): boolean;
  giveBack(): void;
}
