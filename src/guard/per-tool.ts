/** Names beyond so many share one value, so that invented names cannot fill the memory. */
const MAX_TOOLS = 10_000;

/** One value for each tool that was called. */
export class PerTool<T> {
  private readonly values = new Map<string, T>();
  private shared: T | undefined;

  constructor(private readonly create: () => T) {}

  /** The value of a tool, made when there is none yet. */
  of(tool: string): T {
    let value = this.values.get(tool);
    if (value !== undefined) return value;
    if (this.values.size >= MAX_TOOLS) {
      this.shared ??= this.create();
      return this.shared;
    }
    value = this.create();
    this.values.set(tool, value);
    return value;
  }

  clear(): void {
    this.values.clear();
    this.shared = undefined;
  }
}
