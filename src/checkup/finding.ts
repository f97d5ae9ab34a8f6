/** One line of `fuze doctor`. */
export interface Finding {
  /** What was looked at, in a word or two. */
  readonly subject: string;
  /** `broken`: something does not work. `warning`: it works, and may not be what is wanted. */
  readonly state: 'ok' | 'warning' | 'broken';
  readonly text: string;
  readonly details?: readonly string[];
  /** What to do about it. */
  readonly cure?: string;
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
