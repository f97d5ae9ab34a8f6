import type { ReadStream, WriteStream } from 'node:tty';
import type { ScreenSize } from './watch-frame.js';

// Control sequences of xterm, which all terminals in use know.
const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_TO_END_OF_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

const USUAL: ScreenSize = { columns: 80, rows: 24 };

/** The alternate screen of a terminal, in raw mode: what was there before comes back, whatever ends the process. */
export class TerminalScreen {
  private open = true;
  private readonly restore = (): void => this.leave();

  constructor(
    private readonly input: ReadStream,
    private readonly output: WriteStream,
  ) {
    process.on('exit', this.restore);
    input.setRawMode(true);
    input.setEncoding('utf8');
    output.write(ENTER);
  }

  get size(): ScreenSize {
    const { columns, rows } = this.output;
    // A terminal that nobody has told its size says 0.
    return { columns: columns || USUAL.columns, rows: rows || USUAL.rows };
  }

  draw(lines: readonly string[]): void {
    if (!this.open) return;
    const text = lines.map((line) => `${line}${CLEAR_TO_END_OF_LINE}`).join('\r\n');
    this.output.write(`${HOME}${text}${CLEAR_BELOW}`);
  }

  /** Gives the terminal back. */
  leave(): void {
    if (!this.open) return;
    this.open = false;
    process.off('exit', this.restore);
    this.output.write(LEAVE);
    try {
      this.input.setRawMode(false);
    } catch {
      // The terminal is gone, and so is its mode.
    }
    this.input.pause();
  }
}
