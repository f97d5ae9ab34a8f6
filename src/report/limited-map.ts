/** A map that stops growing: what comes after its first `limit` keys shares one value, `rest`. */
export class LimitedMap<V> {
  private readonly values = new Map<string, V>();
  private shared: V | undefined;

  constructor(private readonly limit: number) {}

  /** The value of the key, made when it is new; `rest` when there is no more room. */
  of(key: string, make: () => V): V {
    const known = this.values.get(key);
    if (known !== undefined) return known;
    if (this.values.size >= this.limit) {
      this.shared ??= make();
      return this.shared;
    }
    const value = make();
    this.values.set(key, value);
    return value;
  }

  /** In the order in which the keys came, without `rest`. */
  all(): V[] {
    return [...this.values.values()];
  }

  get rest(): V | undefined {
    return this.shared;
  }
}
