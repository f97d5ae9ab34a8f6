/** Hands on what a client sends; what comes while it is paused waits here. */
export class Inflow<Post> {
  private held: Post[] | undefined;
  private isOver = false;

  constructor(private readonly take: (post: Post) => void) {}

  put(post: Post): void {
    if (this.held === undefined) this.take(post);
    else this.held.push(post);
  }

  pause(): void {
    if (!this.isOver) this.held ??= [];
  }

  resume(): void {
    const { held } = this;
    this.held = undefined;
    for (const post of held ?? []) this.put(post);
  }

  /** Holds nothing back any more: whoever takes it from now on has an answer for it, and somebody waits for that. */
  end(): void {
    this.isOver = true;
    this.resume();
  }
}
