/** So many names, up to this length, are remembered. */
const MAX_KNOWN = 1_000;
const MAX_KNOWN_LENGTH = 64;

/** Case and word separators do not matter: `apiKey`, `API-Key` and `api_key` are one name. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/[-_ ]/g, '');
}

/** The words of a name: `accessToken`, `access_token` and `x-access-token` end with the word token. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[-_ .]+/);
}

/** Finds any of the names in a JSON text, so that most texts need not be parsed. */
function namePattern(names: ReadonlySet<string>): RegExp {
  const spelled = [...names].map((name) =>
    [...name].map((letter) => letter.replace(/[^\p{L}\p{N}]/u, '\\$&')).join('[-_ .]*'),
  );
  return new RegExp(spelled.join('|'), 'i');
}

/** The names of members that hold secrets, as `redact` in the configuration lists them. */
export class SecretNames {
  private readonly names: ReadonlySet<string>;
  private readonly pattern: RegExp;
  /** True where JSON text spells every name without an escape, and every letter of it with one byte. */
  private readonly isPlain: boolean;
  /** The names of members are few, and looked at again with every call. */
  private readonly known = new Map<string, boolean>();

  constructor(names: readonly string[]) {
    this.names = new Set(names.map(plainName).filter((name) => name !== ''));
    this.pattern = namePattern(this.names);
    this.isPlain = [...this.names].every((name) => /^[a-z0-9.]+$/.test(name));
  }

  get isEmpty(): boolean {
    return this.names.size === 0;
  }

  /** Whether a member is named so, or some kind of it: `db_password`, but not `password_hint`. */
  has(name: string): boolean {
    const before = this.known.get(name);
    if (before !== undefined) return before;
    const found = this.find(name);
    if (this.known.size < MAX_KNOWN && name.length <= MAX_KNOWN_LENGTH) this.known.set(name, found);
    return found;
  }

  /** Whether a text that holds JSON may name any of them; an escape such as \u0070 can spell any letter of a name. */
  mayStandIn(text: string): boolean {
    return !this.isEmpty && (this.pattern.test(text) || text.includes('\\u'));
  }

  /** The same for a text as a JSON string spells it, one character for one byte; true also where that cannot tell. */
  mayStandInSpelled(spelled: string): boolean {
    return !this.isEmpty && (!this.isPlain || this.mayStandIn(spelled));
  }

  private find(name: string): boolean {
    if (this.names.has(plainName(name))) return true;
    const words = wordsOf(name);
    return words.some((_, index) => this.names.has(words.slice(index).join('')));
  }
}
