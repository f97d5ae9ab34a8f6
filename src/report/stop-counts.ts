import { LimitedMap } from './limited-map.js';
import type { CheckFigures } from './report.js';
import type { CallEntry } from './trace-entry.js';

/** There are far fewer of both, but a trace may come from anybody. */
const MAX_CHECKS = 100;
const MAX_TOOLS = 200;

/** For a call that was refused before any check saw it. */
export const NOT_JUDGED = 'not judged';

interface Counts {
  readonly check: string;
  refused: number;
  replayed: number;
  wouldStop: number;
  readonly tools: LimitedMap<{ readonly tool: string; calls: number }>;
}

/** Counts by check and tool what was stopped, or would have been in shadow mode. */
export class StopCounts {
  private readonly checks = new LimitedMap<Counts>(MAX_CHECKS);

  add(call: CallEntry): void {
    const { fate, shadow, tool } = call;
    const stopped = fate === 'refused' || fate === 'replayed';
    if (!stopped && !shadow) return;
    const check = call.check ?? NOT_JUDGED;
    const counts = this.checks.of(check, () => ({
      check,
      refused: 0,
      replayed: 0,
      wouldStop: 0,
      tools: new LimitedMap(MAX_TOOLS),
    }));
    counts[stopped ? fate : 'wouldStop'] += 1;
    counts.tools.of(tool, () => ({ tool, calls: 0 })).calls += 1;
  }

  /** What stopped most comes first. */
  figures(): CheckFigures[] {
    const all = ({ refused, replayed, wouldStop }: CheckFigures): number =>
      refused + replayed + wouldStop;
    return this.checks
      .all()
      .map((counts) => ({
        ...counts,
        tools: counts.tools.all().sort((a, b) => b.calls - a.calls),
      }))
      .sort((a, b) => all(b) - all(a));
  }
}
