import { canonicalJson, sha256Hex } from '../../../src/evidence/canonical.js';
import type { Decision } from '../../../src/guard/decision.js';
import type { EffectLedger } from '../../../src/guard/effect-ledger.js';
import { createEngine, type Engine, type EngineOptions } from '../../../src/guard/engine.js';
import { errorClass } from '../../../src/guard/error-class.js';
import { MemoryLedger } from '../../../src/guard/memory-ledger.js';
import { resultText } from '../../../src/guard/result-text.js';
import type { Run } from '../../../src/guard/run.js';
import type { JudgedCall, Outcome, ToolCall } from '../../../src/guard/tool-call.js';
import { guardSettings, type SettingsChange } from './settings.js';

export type Args = Readonly<Record<string, unknown>>;

/** A tool's answer: a text, or any other value as JSON. */
export function success(result: unknown = 'ok', cost?: number): Outcome {
  const json = JSON.stringify(result);
  return {
    kind: 'success',
    resultHash: sha256Hex(json),
    size: Buffer.byteLength(json),
    text: () => resultText(json),
    result: () => json,
    ...(cost === undefined ? {} : { cost }),
  };
}

/** A failure that says this. */
export function failure(text = 'broken'): Outcome {
  return {
    kind: 'failure',
    resultHash: sha256Hex(text),
    size: Buffer.byteLength(text),
    text: () => text,
    errorClass: errorClass(text),
  };
}

export const lost: Outcome = { kind: 'unknown', reason: 'connection lost' };
export const timedOut: Outcome = { kind: 'unknown', reason: 'timeout' };

/** The call of a decision that lets it run. */
export function admitted(decision: Decision): JudgedCall {
  if (decision.action === 'allow' || decision.action === 'warn') return decision.call;
  throw new Error(`not admitted: ${verdictOf(decision).reason}`);
}

/** The verdict of a decision that stops a call. */
export function verdictOf(decision: Decision) {
  if ('verdict' in decision) return decision.verdict;
  throw new Error(`not stopped: ${decision.action}`);
}

/** An engine with one open run and a world that stands still until a test moves it. */
export class TestGuard {
  /** Monotonic milliseconds. */
  time = 0;
  readonly problems: unknown[] = [];
  readonly engine: Engine;
  run: Run;
  private settings;
  private ids = 0;

  constructor(
    change: SettingsChange = {},
    openLedger: () => EffectLedger = () => new MemoryLedger({ now: () => this.time }),
    options: Partial<EngineOptions> = {},
  ) {
    this.settings = guardSettings(change);
    this.engine = createEngine({
      settings: () => this.settings,
      openLedger,
      now: () => this.time,
      randomHex: (bytes) => {
        this.ids += 1;
        return this.ids.toString(16).padStart(2 * bytes, '0');
      },
      hash: (value) => sha256Hex(canonicalJson(value)),
      onProblem: (error) => this.problems.push(error),
      ...options,
    });
    this.run = this.engine.openRun();
  }

  /** As a changed `fuze.toml` does. */
  change(change: SettingsChange): void {
    this.settings = guardSettings(change);
  }

  admit(tool: string, args: Args = {}, more: Partial<ToolCall> = {}): Decision {
    return this.run.admit({ tool, args, ...more });
  }

  /** Calls and, when it is let through, brings the outcome at once. */
  call(tool: string, args: Args = {}, outcome: Outcome = success()): Decision {
    const decision = this.admit(tool, args);
    if (decision.action === 'allow' || decision.action === 'warn') {
      this.run.settle(decision.call, outcome);
    }
    return decision;
  }

  /** What became of each of several calls, one after the other. */
  actions(calls: readonly (readonly [tool: string, args?: Args, outcome?: Outcome])[]): string[] {
    return calls.map(([tool, args, outcome]) => this.call(tool, args, outcome).action);
  }
}
