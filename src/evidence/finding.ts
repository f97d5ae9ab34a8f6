/** What can be wrong with a trace. */
export type Problem =
  | 'empty'
  | 'cut'
  | 'altered'
  | 'missing'
  | 'head cut'
  | 'inserted'
  | 'duplicated'
  | 'out of order'
  | 'after the end'
  | 'wrong count';

/** One thing wrong, and where. */
export interface Finding {
  /** Line number, from 1. */
  readonly line: number;
  readonly problem: Problem;
  /** What was found, for people. */
  readonly detail: string;
}
