import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The version of this package, from the nearest package.json above: built and unbuilt files lie at different depths. */
export function packageVersion(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file)) {
      const { version }: { version?: unknown } = JSON.parse(readFileSync(file, 'utf8'));
      return String(version);
    }
    // Bundled into a program that has none.
    if (dirname(folder) === folder) return 'unknown';
  }
}
