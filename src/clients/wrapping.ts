import type { ClientSpec } from './client-table.js';
import type { EntryValues } from './server-entry.js';

export type Wrapping =
  | { readonly kind: 'wrapped'; readonly values: EntryValues; readonly note?: string }
  | { readonly kind: 'already' }
  /** Cannot be wrapped, and why. */
  | { readonly kind: 'left'; readonly why: string };

/** By which words the client starts fuze. */
export type Call = readonly [string, ...string[]];

/** The name of a server for `--name`; where words are joined, without what would take it apart. */
export function nameWord(name: string, { joinsArguments = false }: ClientSpec): string {
  return joinsArguments ? name.replace(/[^\w.@-]+/g, '-') : name;
}

/** A word that a shell would take apart, or read as more than a word. */
export function comesApart(word: string): boolean {
  return /[\s"'`&|;<>()]/.test(word);
}
