import { FuzeError } from './fuze-error.js';
import { withinTime } from './timed-work.js';

/** How to undo one call that succeeded. */
export interface Compensation {
  readonly tool: string;
  /** Of the call that is undone. */
  readonly id: number;
  readonly argsHash: string;
  readonly undo: () => unknown;
  /** Milliseconds that it may take. */
  readonly timeout: number;
}

/** What `run.rollback()` has done. */
export interface RollbackReport {
  /** Tools of the calls undone, in the order in which they were. */
  readonly compensated: readonly string[];
  /** Tools of side effects of which nobody knows whether they took place; they were left alone. */
  readonly unknown: readonly string[];
}

/** Some handlers failed. They are kept: the next `run.rollback()` tries them again. */
export class RollbackIncomplete extends FuzeError {
  override readonly name: string = 'RollbackIncomplete';

  constructor(
    readonly failures: readonly { readonly tool: string; readonly error: unknown }[],
    readonly report: RollbackReport,
  ) {
    const tools = failures.map(({ tool }) => `"${tool}"`).join(', ');
    super(
      'rollback',
      `The calls of ${tools} could not be undone; ${report.compensated.length} others were. Look at failures, and call rollback() again to retry them.`,
      { failed: failures.length, compensated: report.compensated.length },
      { cause: failures[0]?.error },
    );
  }
}

/** Why a compensation did not do its work. */
export type UndoFailure = { readonly error: unknown };

async function undoOne({ tool, undo, timeout }: Compensation): Promise<UndoFailure | undefined> {
  const end = await withinTime(undo, timeout);
  switch (end.kind) {
    case 'returned':
      return undefined;
    case 'threw':
      return { error: end.error };
    case 'timeout': {
      const text = `Undoing "${tool}" took longer than its timeout of ${timeout} ms; nobody knows whether it was undone.`;
      return { error: new FuzeError('timeout', text, { timeoutMs: timeout }) };
    }
  }
}

/** The handlers of one run, undone in the opposite order of their calls. */
export class Compensations {
  private waiting: Compensation[] = [];

  add(compensation: Compensation): void {
    this.waiting.push(compensation);
  }

  /** Runs all handlers, the last first, one after the other. Throws RollbackIncomplete after the last when any failed. */
  async undoAll(
    unknown: readonly string[],
    onDone: (done: Compensation, failure: UndoFailure | undefined) => void,
  ): Promise<RollbackReport> {
    const compensated: string[] = [];
    const failures: { tool: string; error: unknown }[] = [];
    const failed: Compensation[] = [];
    for (let next = this.waiting.pop(); next !== undefined; next = this.waiting.pop()) {
      const failure = await undoOne(next);
      onDone(next, failure);
      if (failure === undefined) compensated.push(next.tool);
      else {
        failures.push({ tool: next.tool, error: failure.error });
        failed.unshift(next);
      }
    }
    this.waiting = failed;
    const report = { compensated, unknown };
    if (failures.length > 0) throw new RollbackIncomplete(failures, report);
    return report;
  }
}
