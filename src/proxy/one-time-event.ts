import { within } from '../transport/within.js';

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
  within(milliseconds: number): Promise<boolean> {
    return within(this.happened, milliseconds);
  }
}
