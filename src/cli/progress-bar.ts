/** What a bar is drawn on; only ever on a terminal. */
export interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const WIDTH = 30;
const EVERY_MS = 100;
/** Lines between two looks at the clock. */
const STRIDE = 64;
const CLEAR_LINE = '\r\u001b[2K';

/** A bar on one line of a terminal, redrawn in place; on anything else nothing is ever written. */
export class ProgressBar {
  private drawnAt = 0;
  private shown = false;
  private asked = 0;

  /** `total` bytes are to be read; undefined when nobody knows, and then only the calls are told. */
  constructor(
    private readonly terminal: Terminal,
    private readonly total: number | undefined,
    private readonly now: () => number,
  ) {
    this.drawnAt = now();
  }

  update(bytes: number, calls: number): void {
    if (this.terminal.isTTY !== true) return;
    this.asked += 1;
    if (this.asked % STRIDE !== 0) return;
    const now = this.now();
    if (now - this.drawnAt < EVERY_MS) return;
    this.drawnAt = now;
    this.shown = true;
    this.terminal.write(`${CLEAR_LINE}${this.bar(bytes)}${calls.toLocaleString('en-US')} calls`);
  }

  /** Takes the bar away, before something else is written. */
  clear(): void {
    if (!this.shown) return;
    this.shown = false;
    this.terminal.write(CLEAR_LINE);
  }

  private bar(bytes: number): string {
    if (this.total === undefined || this.total === 0) return '';
    const share = Math.min(1, bytes / this.total);
    const full = Math.round(share * WIDTH);
    const percent = String(Math.floor(share * 100)).padStart(3);
    return `[${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}] ${percent} %  `;
  }
}
