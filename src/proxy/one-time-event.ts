/** Something that happens once, and that others wait for. */
export class OneTimeEvent<T> {
  readonly happened: Promise<T>;
  /** What happened; undefined as long as nothing has. */
  value: T | undefined;
  private resolve: (value: T) => void = () => {};

  constructor() {
    this.happened = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  /** Only the first call counts. */
  happen(value: T): void {
    this.value ??= value;
    this.resolve(value);
  }

  /** True when it happened, false when `milliseconds` passed before. */
  async within(milliseconds: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), milliseconds);
    });
    const happened = await Promise.race([this.happened.then(() => true), late]);
    clearTimeout(timer);
    return happened;
  }
}
