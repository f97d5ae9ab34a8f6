import type { Finding } from './finding.js';
import type { ChainHead, ChainRecord } from './hash-chain.js';

/** Lines that follow one another and whose records do too. */
export interface Segment {
  readonly firstLine: number;
  readonly lastLine: number;
  /** `sequence` and `prevHash` of its first record. */
  readonly firstSequence: number;
  readonly prevHash: string;
  readonly last: ChainHead;
}

/** A line that is no intact record. */
export interface BadLine {
  readonly line: number;
  readonly reason: string;
}

/** Records looked back on to recognise a copy or a fork. */
const RECENT = 1024;

/** A file with more breaks than this is broken beyond telling how. */
const MAX_BREAKS = 1000;

/** Sorts the lines of a trace, as they come, into segments and bad lines. Memory does not grow with an intact file. */
export class ChainSegments {
  readonly segments: Segment[] = [];
  readonly badLines: BadLine[] = [];
  readonly duplicates: Finding[] = [];
  /** Line at which it was given up because of too many breaks. */
  givenUpAt: number | undefined;
  /** Line and sequence of recent records by their hash. */
  readonly #recent = new Map<string, { readonly line: number; readonly sequence: number }>();
  #unbroken = false;

  bad(line: number, reason: string): void {
    if (this.#givesUp(line)) return;
    this.badLines.push({ line, reason });
    this.#unbroken = false;
  }

  record(line: number, { sequence, prevHash, hash }: ChainRecord): void {
    if (this.#givesUp(line)) return;
    const twin = this.#recent.get(hash);
    if (twin !== undefined) {
      const detail = `record ${sequence} stands in line ${twin.line} already`;
      this.duplicates.push({ line, problem: 'duplicated', detail });
      return;
    }
    const current = this.#unbroken ? this.segments.at(-1) : undefined;
    if (current && current.last.hash === prevHash && current.last.sequence === sequence - 1) {
      this.segments[this.segments.length - 1] = {
        ...current,
        lastLine: line,
        last: { sequence, hash },
      };
    } else {
      this.#split(prevHash, sequence);
      const last = { sequence, hash };
      this.segments.push({
        firstLine: line,
        lastLine: line,
        firstSequence: sequence,
        prevHash,
        last,
      });
    }
    this.#unbroken = true;
    this.#remember(hash, line, sequence);
  }

  #givesUp(line: number): boolean {
    const breaks = this.segments.length + this.badLines.length + this.duplicates.length;
    if (breaks > MAX_BREAKS) this.givenUpAt ??= line;
    return this.givenUpAt !== undefined;
  }

  #remember(hash: string, line: number, sequence: number): void {
    this.#recent.set(hash, { line, sequence });
    if (this.#recent.size <= RECENT) return;
    for (const oldest of this.#recent.keys()) {
      this.#recent.delete(oldest);
      return;
    }
  }

  /** A record that continues one in the middle of a segment makes what follows there its rival. */
  #split(prevHash: string, sequence: number): void {
    const fork = this.#recent.get(prevHash);
    if (fork?.sequence !== sequence - 1) return;
    const index = this.segments.findIndex(
      (s) => s.firstLine <= fork.line && fork.line < s.lastLine,
    );
    const whole = this.segments[index];
    if (whole === undefined) return;
    const before: Segment = {
      ...whole,
      lastLine: fork.line,
      last: { sequence: fork.sequence, hash: prevHash },
    };
    const rival: Segment = {
      ...whole,
      firstLine: fork.line + 1,
      firstSequence: sequence,
      prevHash,
    };
    this.segments.splice(index, 1, before, rival);
  }
}
