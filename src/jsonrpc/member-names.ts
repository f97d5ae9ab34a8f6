/** Names that do not come in their order are held against each other, so many in one object at most. */
const MAX_UNSORTED = 32;

/** The names of the objects that a walk is in, by where they stand in the bytes: their order, and whether one comes twice. */
export class MemberNames {
  private bytes: Buffer = Buffer.alloc(0);
  /** Start and end of one after the other; what lies beyond `length` is left from before. */
  private readonly spans: number[] = [];
  private length = 0;

  begin(bytes: Buffer): void {
    this.bytes = bytes;
    this.length = 0;
  }

  /** Where the names of an object will begin that is entered now. */
  enter(): number {
    return this.length;
  }

  /** The object whose names began at `first` has ended. */
  leave(first: number): void {
    this.length = first;
  }

  add(start: number, end: number): void {
    this.spans[this.length] = start;
    this.spans[this.length + 1] = end;
    this.length += 2;
  }

  /** Whether the name added last comes behind the one before it, in the object whose names began at `first`. */
  isInOrder(first: number): boolean {
    const last = this.length - 2;
    return last === first || this.compare(last - 2, last) < 0;
  }

  /** Whether it differs from all others of its object; false also where there are too many to tell. */
  isNew(first: number): boolean {
    const last = this.length - 2;
    if (last - first > 2 * MAX_UNSORTED) return false;
    for (let index = first; index < last; index += 2) {
      if (this.compare(index, last) === 0) return false;
    }
    return true;
  }

  private compare(one: number, other: number): number {
    const { bytes, spans } = this;
    const a = spans[one] ?? 0;
    const b = spans[other] ?? 0;
    const lengthA = (spans[one + 1] ?? 0) - a;
    const lengthB = (spans[other + 1] ?? 0) - b;
    const shared = Math.min(lengthA, lengthB);
    for (let index = 0; index < shared; index += 1) {
      const difference = (bytes[a + index] ?? 0) - (bytes[b + index] ?? 0);
      if (difference !== 0) return difference;
    }
    return lengthA - lengthB;
  }
}
