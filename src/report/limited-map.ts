/** A map that stops growing: what comes after its first `limit` keys shares one value, `rest`. */
export class LimitedMap<K, V> {
  private readonly values = new Map<K, V>();
  private shared: V | undefined;

  constructor(
    private readonly limit: number,
    private readonly make: (key: K) => V,
  ) {}

  /** The value of the key, made when it is new; `rest` when there is no more room. */
  of(key: K): V {
    const known = this.values.get(key);
    if (known !== undefined) return known;
    if (this.values.size >= this.limit) {
      this.shared ??= this.make(key);
      return this.shared;
    }
    const value = this.make(key);
    this.values.set(key, value);
    return value;
  }

  /** The value of a key that has one of its own. */
  known(key: K): V | undefined {
    return this.values.get(key);
  }

  /** In the order in which the keys came, without `rest`. */
  all(): V[] {
    return [...this.values.values()];
  }

  get rest(): V | undefined {
    return this.shared;
  }
}
