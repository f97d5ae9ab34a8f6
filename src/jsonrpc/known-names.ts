import { spells } from './spells.js';

const SLOTS = 64;
const BACKSLASH = '\\';

/**
 * Names that come again and again, each made into a string once: a new string would have to be hashed anew wherever it
 * is looked up.
 */
export class KnownNames {
  private readonly slots: string[] = new Array<string>(SLOTS).fill('');

  /** The name between the quotes at `start` and `end`, which must be UTF-8; undefined where it has an escape. */
  read(bytes: Buffer, start: number, end: number): string | undefined {
    const slot = ((end - start) * 31 + (bytes[end - 1] ?? 0)) % SLOTS;
    const known = this.slots[slot] ?? '';
    if (known !== '' && spells(bytes, start, end, known)) return known;
    const name = bytes.toString('utf8', start, end);
    if (name.includes(BACKSLASH)) return undefined;
    // Of other names the bytes are not the letters.
    if (name.length === end - start) this.slots[slot] = name;
    return name;
  }
}
