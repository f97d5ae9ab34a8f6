import { type KeyPath, walkToml } from './toml-places.js';

/**
 * Finds the line of a key in the text of a valid TOML document, counted from 1.
 * For a path that is not written there, the line of its nearest written parent, or undefined.
 */
export function keyLines(text: string): (path: KeyPath) => number | undefined {
  const { lines } = walkToml(text);
  return (path) => {
    for (let length = path.length; length > 0; length -= 1) {
      const line = lines.get(JSON.stringify(path.slice(0, length)));
      if (line !== undefined) return line;
    }
    return undefined;
  };
}
