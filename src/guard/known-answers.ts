/** The last answer to a call. */
export interface KnownAnswer {
  readonly hash: string;
  /** How many identical calls in a row have brought it. */
  readonly times: number;
  /** When it came last, in monotonic milliseconds; of a tool that waits, when it was asked for. */
  readonly at: number;
  /** The place of the call that it came to last. */
  readonly place: number;
  /** It came again, and it says that something is still under way. */
  readonly unfinished: boolean;
}

/** So many are remembered at least, and fewer than twice as many. */
const GENERATION = 1_000;

/**
 * The last answers to identical calls, by their keys, which covers the tool as well. When the younger generation is full,
 * it becomes the older one, and what was not answered again since the last time is forgotten with that: nothing needs
 * to be found and deleted for each call.
 */
export class KnownAnswers {
  private younger = new Map<string, KnownAnswer>();
  private older = new Map<string, KnownAnswer>();

  get(key: string): KnownAnswer | undefined {
    return this.younger.get(key) ?? this.older.get(key);
  }

  set(key: string, answer: KnownAnswer): void {
    this.younger.set(key, answer);
    if (this.younger.size < GENERATION) return;
    this.older = this.younger;
    this.younger = new Map();
  }

  clear(): void {
    this.younger = new Map();
    this.older = new Map();
  }
}
