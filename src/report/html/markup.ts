import { printable } from '../../config/printable.js';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A piece of HTML whose every text has been escaped. Only `html` and `raw` make it. */
export class Markup {
  constructor(readonly text: string) {}
}

type Part = Markup | readonly Markup[] | string | number;

/** A text as HTML shows it: nothing in it is markup, and nothing steers the direction of what follows. */
function escaped(text: string): string {
  return printable(text.toWellFormed()).replace(/[&<>"']/g, (found) => ENTITIES[found] ?? '');
}

function rendered(part: Part): string {
  if (part instanceof Markup) return part.text;
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') return String(part);
  return part.map(({ text }) => text).join('');
}

/** A template in which every value is escaped, unless it is Markup already. Put attributes in double quotes. */
export function html(fixed: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(
    fixed.reduce((text, next, index) => {
      const part = parts[index - 1];
      return text + (part === undefined ? '' : rendered(part)) + next;
    }),
  );
}

/** Text of this program that must not be escaped, such as a style sheet. Never anything from a trace. */
export function raw(text: string): Markup {
  return new Markup(text);
}

export const NOTHING: Markup = raw('');

/** A text from a trace, of at most so many characters. */
export function brief(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}

/** Coordinates with two decimals: enough for any screen, and short. */
export function coordinate(value: number): number {
  return Math.round(value * 100) / 100;
}
