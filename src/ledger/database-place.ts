import { statSync } from 'node:fs';
import { LedgerError } from './ledger-error.js';

/** Where a database lies, from when it was opened. */
export class DatabasePlace {
  readonly #inode: bigint;

  constructor(private readonly path: string) {
    this.#inode = statSync(path, { bigint: true }).ino;
  }

  /** Throws where it lies there no more: who moves the file away under a running proxy would have two ledgers, each blind to the other. */
  assert(): void {
    const there = statSync(this.path, { bigint: true, throwIfNoEntry: false });
    if (there?.ino === this.#inode) return;
    throw new LedgerError(
      `the ledger ${this.path} was ${there === undefined ? 'removed' : 'replaced'} while fuze was using it. Restart fuze to go on.`,
    );
  }
}
