import { parse } from 'smol-toml';

export type KeyPath = readonly PropertyKey[];

/** Where something is written; offsets are in UTF-16 units, as strings count. */
export interface TomlPlace {
  /** `[table]`, `key = value`, or an element of an array. */
  readonly kind: 'table' | 'pair' | 'element';
  readonly path: KeyPath;
  /** Its first character: the bracket, the key, the value. */
  readonly start: number;
  /** Where the value begins; of a table as `start`. */
  readonly value: number;
  /** After its last character. */
  readonly end: number;
}

/** The names in a key as written: `a . "b.c".'d'` is a, b.c, d. */
function readKey(text: string): string[] {
  const names: string[] = [];
  // The parser knows escapes and quotes already, so it is asked instead of copied.
  let table: unknown = parse(`${text} = 0`);
  while (typeof table === 'object' && table !== null) {
    const [entry] = Object.entries(table);
    if (entry === undefined) break;
    names.push(entry[0]);
    table = entry[1];
  }
  return names;
}

/** Walks the text of a valid TOML document and notes where every key and array element is. */
class TomlWalker {
  readonly places: TomlPlace[] = [];
  readonly lines = new Map<string, number>();
  #at = 0;
  #line = 1;
  readonly #text: string;
  /** Elements so far of each `[[array of tables]]`. */
  readonly #tables = new Map<string, number>();

  constructor(text: string) {
    this.#text = text;
  }

  walk(): void {
    let table: KeyPath = [];
    this.#skip(/\s/);
    while (this.#at < this.#text.length) {
      if (this.#peek() === '[') table = this.#header();
      else this.#pair(table);
      this.#skip(/\s/);
    }
  }

  #peek(length = 1): string {
    return this.#text.slice(this.#at, this.#at + length);
  }

  #advance(count = 1): void {
    for (const end = this.#at + count; this.#at < end; this.#at += 1) {
      if (this.#text[this.#at] === '\n') this.#line += 1;
    }
  }

  /** Steps over blanks of the kind given, and over comments. */
  #skip(blank: RegExp): void {
    while (this.#at < this.#text.length) {
      if (this.#peek() === '#') {
        const end = this.#text.indexOf('\n', this.#at);
        this.#at = end === -1 ? this.#text.length : end;
      } else if (blank.test(this.#peek())) this.#advance();
      else return;
    }
  }

  #note(path: KeyPath): void {
    const key = JSON.stringify(path);
    if (!this.lines.has(key)) this.lines.set(key, this.#line);
  }

  /** Reads a key up to the character that ends it. */
  #key(end: string): string[] {
    const start = this.#at;
    while (this.#peek() !== end && this.#at < this.#text.length) {
      if (this.#peek() === '"' || this.#peek() === "'") this.#string();
      else this.#advance();
    }
    return readKey(this.#text.slice(start, this.#at));
  }

  /** Notes every step of a key below `table`; a step into an array of tables goes into its latest element. */
  #descend(table: KeyPath, names: readonly string[]): KeyPath {
    let path = table;
    for (const name of names) {
      path = [...path, name];
      this.#note(path);
      const count = this.#tables.get(JSON.stringify(path));
      if (count !== undefined) path = [...path, count - 1];
    }
    return path;
  }

  #header(): KeyPath {
    const start = this.#at;
    const isArray = this.#peek(2) === '[[';
    this.#advance(isArray ? 2 : 1);
    const names = this.#key(']');
    this.#advance(isArray ? 2 : 1);
    const path = isArray ? this.#element(names) : this.#descend([], names);
    this.places.push({ kind: 'table', path, start, value: start, end: this.#at });
    return path;
  }

  /** A new element of an array of tables. */
  #element(names: readonly string[]): KeyPath {
    const array = [...this.#descend([], names.slice(0, -1)), ...names.slice(-1)];
    this.#note(array);
    const count = this.#tables.get(JSON.stringify(array)) ?? 0;
    this.#tables.set(JSON.stringify(array), count + 1);
    const element = [...array, count];
    this.#note(element);
    return element;
  }

  #pair(table: KeyPath): void {
    const start = this.#at;
    const path = this.#descend(table, this.#key('='));
    this.#advance();
    this.#skip(/[ \t]/);
    this.#value('pair', path, start);
  }

  #value(kind: 'pair' | 'element', path: KeyPath, start: number): void {
    const value = this.#at;
    // Before its members, as they are written.
    const index = this.places.length;
    this.#content(path);
    const end = value + this.#text.slice(value, this.#at).trimEnd().length;
    this.places.splice(index, 0, { kind, path, start, value, end });
  }

  #content(path: KeyPath): void {
    const first = this.#peek();
    if (first === '"' || first === "'") this.#string();
    else if (first === '[' || first === '{') this.#members(path, first === '[' ? ']' : '}');
    else {
      do this.#advance();
      while (this.#at < this.#text.length && !/[,\]}#\n]/.test(this.#peek()));
    }
  }

  #members(path: KeyPath, end: string): void {
    this.#advance();
    for (let index = 0; ; index += 1) {
      this.#skip(/\s/);
      if (this.#peek() === end || this.#at >= this.#text.length) break;
      if (end === ']') {
        this.#note([...path, index]);
        this.#value('element', [...path, index], this.#at);
      } else this.#pair(path);
      this.#skip(/\s/);
      if (this.#peek() === ',') this.#advance();
    }
    this.#advance();
  }

  #string(): void {
    const quote = this.#peek();
    const long = this.#peek(3) === quote.repeat(3);
    const end = long ? quote.repeat(3) : quote;
    this.#advance(end.length);
    while (this.#at < this.#text.length && this.#peek(end.length) !== end) {
      this.#advance(quote === '"' && this.#peek() === '\\' ? 2 : 1);
    }
    this.#advance(end.length);
    // A long string may end in up to two quotes of its own.
    for (let extra = 0; long && extra < 2 && this.#peek() === quote; extra += 1) this.#advance();
  }
}

/** Places in the order of the text, and the line of every key by its path as JSON. */
export interface TomlWalk {
  readonly places: readonly TomlPlace[];
  readonly lines: ReadonlyMap<string, number>;
}

/** Finds every key, table and array element in the text of a valid TOML document (smol-toml gives no positions). */
export function walkToml(text: string): TomlWalk {
  const walker = new TomlWalker(text);
  walker.walk();
  return walker;
}
