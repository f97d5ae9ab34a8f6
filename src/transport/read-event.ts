import { withoutMark } from '../jsonrpc/byte-order-mark.js';

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
const SPACE = 0x20;
const NEWLINE = Buffer.of(LF);

/** The fields of one block of lines, the last of each kind; the data lines joined by LF. */
export interface EventLines {
  readonly data: Buffer | undefined;
  readonly event: string;
  readonly id: string | undefined;
  readonly retry: number | undefined;
}

/** Start and end of every line, whichever line ends it has. A CRLF shows an empty line more, which means nothing here. */
function* linesOf(raw: Buffer): Generator<readonly [start: number, end: number]> {
  let start = 0;
  let lf = raw.indexOf(LF);
  let cr = raw.indexOf(CR);
  while (start < raw.length) {
    if (lf !== -1 && lf < start) lf = raw.indexOf(LF, start);
    if (cr !== -1 && cr < start) cr = raw.indexOf(CR, start);
    const end = nearest(lf, cr) ?? raw.length;
    yield [start, end];
    start = end + 1;
  }
}

/** The smaller of two positions, of which -1 is none. */
export function nearest(one: number, other: number): number | undefined {
  if (one === -1) return other === -1 ? undefined : other;
  return other === -1 ? one : Math.min(one, other);
}

/** Reads the lines of one event (WHATWG HTML, 9.2.6 "Interpreting an event stream"); data is not copied where it is one line. */
export function readEventLines(raw: Buffer, mayHaveBom: boolean): EventLines {
  const text = mayHaveBom ? withoutMark(raw) : raw;
  const data: Buffer[] = [];
  let event = '';
  let id: string | undefined;
  let retry: number | undefined;
  for (const [start, end] of linesOf(text)) {
    if (start === end || text[start] === COLON) continue;
    const line = text.subarray(start, end);
    const colon = line.indexOf(COLON);
    const name = line.toString('utf8', 0, colon === -1 ? line.length : colon);
    let from = colon === -1 ? line.length : colon + 1;
    if (line[from] === SPACE) from += 1;
    const value = line.subarray(from);
    if (name === 'data') data.push(value);
    else if (name === 'event') event = value.toString();
    else if (name === 'id') id = value.includes(0) ? id : value.toString();
    else if (name === 'retry') retry = /^\d+$/.test(value.toString()) ? Number(value) : retry;
  }
  return { data: joined(data), event: event === '' ? 'message' : event, id, retry };
}

function joined(lines: readonly Buffer[]): Buffer | undefined {
  const [first, ...others] = lines;
  if (first === undefined || others.length === 0) return first;
  return Buffer.concat([first, ...others.flatMap((line) => [NEWLINE, line])]);
}
