/** Written in place of a secret. */
export const REDACTED = '[redacted]';

/** Written in place of what lies too deep to be looked through, or inside itself. */
export const TOO_DEEP = '[too deep]';

/** Levels of nesting that are looked through; deeper ones could hide a secret, or overflow the stack. */
export const MAX_DEPTH = 128;

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
    [...name].map((letter) => letter.replace(/[^\p{L}\p{N}]/u, '\\$&')).join('[-_ ]*'),
  );
  return new RegExp(spelled.join('|'), 'i');
}

/**
 * Returns a function that gives back its value with every member so named replaced by REDACTED,
 * at any depth, also inside strings that hold a JSON object or array (MCP results carry JSON as text).
 * It never changes its input and returns the same reference when there was nothing to redact.
 */
export function createRedactor(names: readonly string[]): (value: unknown) => unknown {
  const secret = new Set(names.map(plainName).filter((name) => name !== ''));
  if (secret.size === 0) return (value) => value;
  const pattern = namePattern(secret);

  /** Named so, or some kind of it: `db_password`, but not `password_hint`. */
  const namesSecret = (name: string): boolean => {
    if (secret.has(plainName(name))) return true;
    const words = wordsOf(name);
    return words.some((_, index) => secret.has(words.slice(index).join('')));
  };

  /** The names of members are few, and looked at again with every call. */
  const known = new Map<string, boolean>();
  const isSecret = (name: string): boolean => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const found = namesSecret(name);
    if (known.size < MAX_KNOWN && name.length <= MAX_KNOWN_LENGTH) known.set(name, found);
    return found;
  };

  /** `above` holds the objects that contain the value: circular values would multiply without it. */
  function walk(value: unknown, depth: number, above: object[]): unknown {
    if (typeof value === 'string') return walkText(value, depth, above);
    if (typeof value !== 'object' || value === null) return value;
    if (depth >= MAX_DEPTH || above.includes(value)) return TOO_DEEP;
    above.push(value);
    const clean = Array.isArray(value)
      ? walkArray(value, depth + 1, above)
      : walkObject(value, depth + 1, above);
    above.pop();
    return clean;
  }

  function walkArray(array: readonly unknown[], depth: number, above: object[]): unknown {
    let copy: unknown[] | undefined;
    for (let index = 0; index < array.length; index += 1) {
      const item = array[index];
      const clean = walk(item, depth, above);
      if (clean === item) continue;
      copy ??= [...array];
      copy[index] = clean;
    }
    return copy ?? array;
  }

  function walkObject(object: object, depth: number, above: object[]): unknown {
    if ('toJSON' in object && typeof object.toJSON === 'function') {
      const written: unknown = object.toJSON();
      const clean = walk(written, depth, above);
      return clean === written ? object : clean;
    }
    let replaced: Map<string, unknown> | undefined;
    for (const [name, member] of Object.entries(object)) {
      const clean = isSecret(name) ? REDACTED : walk(member, depth, above);
      if (clean === member) continue;
      replaced ??= new Map();
      replaced.set(name, clean);
    }
    if (replaced === undefined) return object;
    // Entries, not assignment: a member may be called __proto__.
    const members = Object.entries(object);
    return Object.fromEntries(
      members.map(([name, member]) => [name, replaced.has(name) ? replaced.get(name) : member]),
    );
  }

  function walkText(text: string, depth: number, above: object[]): string {
    // A quote too: some servers encode their JSON twice.
    if (!/^\s*[[{"]/.test(text)) return text;
    // An escape such as \u0070 can spell any letter of a name.
    if (!pattern.test(text) && !text.includes('\\u')) return text;
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      return text;
    }
    const clean = walk(parsed, depth + 1, above);
    return clean === parsed ? text : JSON.stringify(clean);
  }

  return (value) => walk(value, 0, []);
}
