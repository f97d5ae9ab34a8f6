/** A map of at most `capacity` entries: when it is full, the least recently used one goes. */
export class RecentMap<Key, Value> {
  readonly #entries = new Map<Key, Value>();
  readonly #capacity: number;
  readonly #onEvict: (value: Value) => void;

  constructor(capacity: number, onEvict: (value: Value) => void = () => {}) {
    this.#capacity = capacity;
    this.#onEvict = onEvict;
  }

  /** The value of a key, which makes it the most recently used one. */
  get(key: Key): Value | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: Key, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#capacity) return;
    for (const [oldest, evicted] of this.#entries) {
      this.#entries.delete(oldest);
      this.#onEvict(evicted);
      return;
    }
  }

  /** Takes all entries out, the least recently used first. */
  *drain(): Generator<Value, void, undefined> {
    for (const [key, value] of this.#entries) {
      this.#entries.delete(key);
      yield value;
    }
  }
}
