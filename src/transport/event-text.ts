const LINE_END = /\r\n|\r|\n/;
const NEWLINE = Buffer.from('\n');
const DATA = Buffer.from('data: ');
const END = Buffer.from('\n\n');

/** What stands beside the data of an event. */
export interface EventFields {
  readonly id?: string;
  /** Left out it is `message`. */
  readonly event?: string;
  /** Milliseconds to wait before a reconnect. */
  readonly retry?: number;
}

function fieldLine(name: string, value: string): string {
  if (LINE_END.test(value)) throw new TypeError(`a line end in the field ${name} of an event`);
  return `${name}: ${value}\n`;
}

/** The message without the line end that framed it on its way here. */
function unframed(message: Buffer): Buffer {
  let end = message.length;
  if (message[end - 1] === 0x0a) end -= 1;
  if (message[end - 1] === 0x0d) end -= 1;
  return message.subarray(0, end);
}

/**
 * One Server-Sent Event with the message as its data (WHATWG HTML, 9.2.5 "Parsing an event stream"). A
 * message with line ends in it, which in JSON stand between tokens only, becomes one data line for each line.
 */
export function eventOf(message: Buffer | string, { id, event, retry }: EventFields = {}): Buffer {
  const bytes = unframed(typeof message === 'string' ? Buffer.from(message) : message);
  const fields = [
    event === undefined ? '' : fieldLine('event', event),
    id === undefined ? '' : fieldLine('id', id),
    retry === undefined ? '' : fieldLine('retry', String(retry)),
  ].join('');
  if (!bytes.includes(0x0a) && !bytes.includes(0x0d)) {
    return Buffer.concat([Buffer.from(`${fields}data: `), bytes, END]);
  }
  // latin1 maps bytes to characters one to one, so that cutting it cuts no character of the message.
  const lines = bytes.toString('latin1').split(LINE_END);
  const data = lines.flatMap((line) => [DATA, Buffer.from(line, 'latin1'), NEWLINE]);
  return Buffer.concat([Buffer.from(fields), ...data, NEWLINE]);
}
