/** One thing of a pool in use by one holder. */
export interface Lease<T> {
  readonly value: T;
  /** The last holder to let go closes it. A second call does nothing. */
  release(): void;
}

/** Things that are opened once for all that use them at the same time, such as a file with one writer. */
export class SharedPool<T> {
  private readonly entries = new Map<string, { readonly value: T; holders: number }>();

  constructor(private readonly close: (value: T) => void) {}

  /** Throws what `open` throws; then nothing is held. */
  lease(key: string, open: () => T): Lease<T> {
    const entry = this.entries.get(key) ?? { value: open(), holders: 0 };
    this.entries.set(key, entry);
    entry.holders += 1;
    let held = true;
    return {
      value: entry.value,
      release: () => {
        if (!held) return;
        held = false;
        entry.holders -= 1;
        if (entry.holders > 0) return;
        this.entries.delete(key);
        this.close(entry.value);
      },
    };
  }
}
