/** The cap on sessions, over all doors of a listener. */
export class SessionCap {
  private open = 0;

  constructor(private readonly most: () => number) {}

  get size(): number {
    return this.open;
  }

  /** Why no further session can be opened; undefined when one was taken, to be given back with `leave`. */
  enter(): string | undefined {
    const most = this.most();
    if (this.open >= most) {
      return `${most} sessions are open, and max_sessions allows no more; end one, or raise it in [proxy]`;
    }
    this.open += 1;
    return undefined;
  }

  leave(): void {
    this.open -= 1;
  }
}
