import type { Finding } from './finding.js';
import type { ChainRecord } from './hash-chain.js';
import { EMPTY_TALLY, type SessionTally, tallied } from './session-tally.js';
import { declaresFormat, membersOf } from './trace-line.js';

/** More miscounts than this say nothing new. */
const MAX_FINDINGS = 1000;

/** Follows the sessions of a trace: that nothing comes after an end, and that each end counted right. */
export class SessionCheck {
  readonly findings: Finding[] = [];
  sessions = 0;
  /** Sessions that another one followed although they had no end: fuze was killed. */
  unended = 0;
  /** Records that the writer says it could not write. */
  lost = 0;
  /** Whether the session being read promises the exact spelling. */
  exact = false;
  /** Whether any session did. */
  everExact = false;
  /** Hash of the last record if it is a `session.end`. */
  endHash: string | undefined;
  #tally: SessionTally = EMPTY_TALLY;
  #open = false;

  record(line: number, { payload, prevHash, hash }: ChainRecord): void {
    const members = membersOf(payload);
    if (typeof members.lost === 'number') this.lost += members.lost;
    if (members.kind === 'session.start') {
      this.#startSession(declaresFormat(payload));
    } else if (this.endHash !== undefined) {
      const detail = 'only a session.start may follow a session.end';
      this.#find({ line, problem: 'after the end', detail });
    }
    this.#tally = tallied(this.#tally, members);
    const ends = members.kind === 'session.end';
    if (ends && this.exact) this.#checkEnd(line, members, prevHash);
    if (ends) this.#open = false;
    this.endHash = ends ? hash : undefined;
  }

  #startSession(exact: boolean): void {
    if (this.#open) this.unended += 1;
    this.#open = true;
    this.sessions += 1;
    this.exact = exact;
    this.everExact ||= exact;
    this.#tally = EMPTY_TALLY;
  }

  #checkEnd(line: number, end: Readonly<Record<string, unknown>>, prevHash: string): void {
    const found = { ...this.#tally, head: prevHash };
    for (const [name, value] of Object.entries(found)) {
      if (end[name] === value) continue;
      const detail = `session.end says ${name} ${JSON.stringify(end[name])}, the file has ${JSON.stringify(value)}`;
      this.#find({ line, problem: 'wrong count', detail });
    }
  }

  #find(finding: Finding): void {
    if (this.findings.length < MAX_FINDINGS) this.findings.push(finding);
  }
}
