/**
 * From a position inside a JSON string to that of its closing quote, -1 where there is none before `end`; all in bytes
 * from the buffer's start. `strict` also stops at what RFC 8785 does not write so, see `string-stop.wat`.
 */
export type FindStringStop = (at: number, end: number, strict: 0 | 1) => number;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** So many strings may stand before the long one: a message has few, or as many as there may be. */
const MOST_STRINGS = 64;

/**
 * The long string of a message that has not come whole, followed as its bytes arrive: then they are in the caches, and
 * whoever sends them is at work on the next. What is found here is not looked for again when the message is read.
 */
export class OpenString {
  /** Where the message begins, somewhere before the memory where there is none. */
  private message = -1;
  /** Nothing from `begin` to `clean` ends the string, and what stands at `clean` is not escaped. */
  private begin = 0;
  private clean = 0;
  private isInside = false;
  /** Where the next string is to be looked for. */
  private next = 0;
  /** True once the string went on behind what had come: it is the long one. */
  private isLong = false;
  /** How many strings may still be looked at. */
  private left = 0;

  /** `find` looks into the memory of which messages see what is behind the first `offset` bytes. */
  constructor(
    private readonly offset: number,
    private readonly find: FindStringStop,
  ) {}

  /** Where the search for the end of the string at `at` may begin, both as `find` takes them. */
  from(at: number): number {
    const { offset, begin, clean } = this;
    return at >= begin + offset && at < clean + offset ? clean + offset : at;
  }

  /** Follows the message that begins at `message` and has come up to `to`. */
  follow(bytes: Buffer, message: number, to: number): void {
    const { offset } = this;
    if (message !== this.message) this.start(message);
    while (this.isInside || this.enters(bytes, to)) {
      const end = this.find(this.clean + offset, to + offset, 0);
      if (end === -1) {
        this.clean = unescaped(bytes, this.clean, to);
        this.isLong = true;
        return;
      }
      this.clean = end - offset;
      this.next = this.clean + 1;
      this.isInside = false;
      if (this.isLong) this.left = 0;
    }
  }

  /** What is in the memory goes so many bytes towards its beginning. */
  moved(by: number): void {
    this.message -= by;
    this.begin -= by;
    this.clean -= by;
    this.next -= by;
  }

  /** The memory is used for other messages. */
  forget(): void {
    this.message = -1;
    this.begin = 0;
    this.clean = 0;
  }

  private start(message: number): void {
    this.message = message;
    this.begin = message;
    this.clean = message;
    this.next = message;
    this.isInside = false;
    this.isLong = false;
    this.left = MOST_STRINGS;
  }

  /** Goes on to the next string; false where none has come, or none is to be looked at. */
  private enters(bytes: Buffer, to: number): boolean {
    if (this.left === 0) return false;
    const quote = bytes.subarray(this.next, to).indexOf(QUOTE);
    if (quote === -1) {
      this.next = to;
      return false;
    }
    this.left -= 1;
    this.begin = this.next + quote + 1;
    this.clean = this.begin;
    this.isInside = true;
    return true;
  }
}

/** `to`, or the position before it where a backslash stands that escapes what comes there. Nothing at `from` is escaped. */
function unescaped(bytes: Buffer, from: number, to: number): number {
  let run = to;
  while (run > from && bytes[run - 1] === BACKSLASH) run -= 1;
  return (to - run) % 2 === 0 ? to : to - 1;
}
