/** What a key means to `fuze watch`. */
export type WatchKey = 'reset' | 'up' | 'down' | 'quit';

const KEYS: Readonly<Record<string, WatchKey>> = {
  r: 'reset',
  R: 'reset',
  k: 'up',
  j: 'down',
  q: 'quit',
  Q: 'quit',
  // Ctrl-C: a terminal in raw mode sends no signal for it.
  '\u0003': 'quit',
  // Arrows, in both modes of the cursor keys (DECCKM).
  '\u001b[A': 'up',
  '\u001b[B': 'down',
  '\u001bOA': 'up',
  '\u001bOB': 'down',
};

/** The keys in what a terminal sent; those without a meaning are passed over. */
export function keysIn(text: string): WatchKey[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one.
  const pressed = text.match(/\u001b(?:\[[0-9;]*|O)[@-~]|[\s\S]/gu) ?? [];
  return pressed.map((key) => KEYS[key]).filter((key) => key !== undefined);
}
