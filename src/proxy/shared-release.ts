import type { MemoryUsers } from '../jsonrpc/lent-memory.js';

/** What is held back until its record is in the trace. */
export interface Withheld {
  release(): void;
}

/**
 * Over HTTP every message comes by a connection of its own, and so in a turn of its own: what came of all turns of one
 * iteration of the event loop is released together, behind one write to the trace.
 */
export class SharedRelease implements MemoryUsers {
  private waiting: Withheld[] = [];

  constructor(private readonly flushTrace: () => void) {}

  /** At the end of this iteration, or before; once for each time that it is added. */
  add(withheld: Withheld): void {
    this.waiting.push(withheld);
    if (this.waiting.length === 1) setImmediate(() => this.letGo());
  }

  get areAny(): boolean {
    return this.waiting.length > 0;
  }

  /** Releases everything now. */
  letGo(): void {
    const { waiting } = this;
    if (waiting.length === 0) return;
    this.waiting = [];
    this.flushTrace();
    for (const withheld of waiting) withheld.release();
  }
}
