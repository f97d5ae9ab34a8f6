import { type Line, splitLines } from '../evidence/split-lines.js';
import { MAX_LINE_BYTES } from '../evidence/trace-line.js';
import { parseExact } from '../jsonrpc/exact-numbers.js';
import { isObject } from '../jsonrpc/is-object.js';
import { readPlainRecord } from './read-plain-record.js';
import { readTraceCall } from './read-trace-call.js';
import { textIn, UnreadableRecord } from './record-fields.js';
import type { RecordedCall, RunName } from './recorded-call.js';

/** Blank lines, comments and trace lines of other kinds hold nothing. */
type Held =
  | { readonly kind: 'call'; readonly call: RecordedCall }
  /** A person let this run go on after fuze had ended it. */
  | { readonly kind: 'reset'; readonly run: RunName }
  | { readonly kind: 'nothing' };

/** What one line of a recording holds. */
export type LineReading = {
  /** From 1. */
  readonly line: number;
  /** With its line end. */
  readonly bytes: number;
} & (Held | { readonly kind: 'broken'; readonly reason: string });

const NOTHING: Held = { kind: 'nothing' };

// A byte order mark at the start of a file is nothing to complain about.
const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(line: Line): string {
  if (line.tooLong) {
    throw new UnreadableRecord(`is longer than ${MAX_LINE_BYTES / 1024 ** 2} MiB`);
  }
  try {
    return utf8.decode(line.bytes);
  } catch {
    throw new UnreadableRecord('is not valid UTF-8');
  }
}

function parse(text: string): unknown {
  try {
    return parseExact(text);
  } catch (error) {
    // The message quotes the text, line ends and all.
    const message = String(error instanceof Error ? error.message : error).replace(/\s+/g, ' ');
    throw new UnreadableRecord(`is not JSON: ${message}`);
  }
}

function readLine(line: Line): Held {
  const text = decode(line);
  if (/^\s*(#|$)/.test(text)) return NOTHING;
  const value = parse(text);
  if (!isObject(value)) throw new UnreadableRecord('is JSON, but not an object');
  const { payload } = value;
  if (!isObject(payload) || value.tool !== undefined) {
    return { kind: 'call', call: readPlainRecord(value) };
  }
  if (payload.kind === 'reset') return { kind: 'reset', run: textIn(payload, 'runId') };
  const call = readTraceCall(payload);
  return call === undefined ? NOTHING : { kind: 'call', call };
}

/** Reads a recording line by line, one line in memory at a time. A broken line stops nothing else. */
export async function* readCalls(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<LineReading, void, undefined> {
  let number = 0;
  for await (const line of splitLines(chunks, MAX_LINE_BYTES)) {
    number += 1;
    const place = { line: number, bytes: line.bytes.length + 1 };
    let reading: LineReading;
    try {
      reading = { ...place, ...readLine(line) };
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error;
      reading = { ...place, kind: 'broken', reason: error.message };
    }
    yield reading;
  }
}
