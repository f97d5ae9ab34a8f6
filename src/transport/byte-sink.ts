/** Where bytes go. */
export interface ByteSink {
  /** Takes all pieces, in order. They must stay as they are until the backlog has gone. */
  write(pieces: readonly Buffer[]): void;
  /** Bytes that the other side has not taken yet. */
  readonly backlog: number;
  /** Closes it behind all that was written. */
  end(): void;
  /** `drained` is called when a backlog has gone, `broken` when the other side takes nothing any more. */
  listen(drained: () => void, broken: () => void): void;
}
