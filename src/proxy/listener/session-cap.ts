/** The cap on sessions, over all doors of a listener. */
export class SessionCap {
  private open = 0;

  constructor(private readonly most: () => number) {}

  /** Why no further session can be opened, or undefined. */
  get full(): string | undefined {
    const most = this.most();
    if (this.open < most) return undefined;
    return `${most} sessions are open, and max_sessions allows no more; end one, or raise it in [proxy]`;
  }

  /** The same; undefined when one was taken, to be given back with `leave`. */
  enter(): string | undefined {
    const { full } = this;
    if (full === undefined) this.open += 1;
    return full;
  }

  leave(): void {
    this.open -= 1;
  }
}
