export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A piece of a text and what comes in its place. */
export interface Splice extends Span {
  readonly text: string;
}

/** Applies splices that do not overlap. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  let result = '';
  let at = 0;
  for (const splice of [...splices].sort((a, b) => a.start - b.start)) {
    result += text.slice(at, splice.start) + splice.text;
    at = splice.end;
  }
  return result + text.slice(at);
}

/** Line break and indent before an offset, or undefined when something else stands before it on its line. */
export function lineStart(text: string, offset: number): string | undefined {
  return /\r?\n[ \t]*$/.exec(text.slice(0, offset))?.[0];
}

/** Puts written elements first into an array, in its layout; `open` is the offset after its bracket. */
export function prependElements(
  text: string,
  open: number,
  elements: readonly Span[],
  written: readonly string[],
): Splice {
  const [first, second] = elements;
  if (first === undefined) return { start: open, end: open, text: written.join(', ') };
  const isTight = second !== undefined && text.slice(first.end, second.start) === ',';
  const separator = `,${lineStart(text, first.start) ?? (isTight ? '' : ' ')}`;
  const added = written.map((element) => `${element}${separator}`).join('');
  return { start: first.start, end: first.start, text: added };
}

/** Takes the first elements off an array that keeps others; undefined when it does not have so many. */
export function dropElements(elements: readonly Span[], count: number): Splice | undefined {
  const [first] = elements;
  const next = elements[count];
  if (first === undefined || next === undefined) return undefined;
  return { start: first.start, end: next.start, text: '' };
}
