import type { SecretNames } from './secret-names.js';

/** Written in place of a secret. */
export const REDACTED = '[redacted]';

/** Written in place of what lies too deep to be looked through, or inside itself. */
export const TOO_DEEP = '[too deep]';

/** Levels of nesting that are looked through; deeper ones could hide a secret, or overflow the stack. */
export const MAX_DEPTH = 128;

function isRecord(value: object): value is Readonly<Record<string, unknown>> {
  return !Array.isArray(value);
}

/**
 * Returns a function that gives back its value with every member so named replaced by REDACTED,
 * at any depth, also inside strings that hold a JSON object or array (MCP results carry JSON as text).
 * It never changes its input and returns the same reference when there was nothing to redact.
 */
export function createRedactor(secret: SecretNames): (value: unknown) => unknown {
  if (secret.isEmpty) return (value) => value;

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
    if (!isRecord(object)) return object;
    let replaced: Map<string, unknown> | undefined;
    for (const name of Object.keys(object)) {
      const member = object[name];
      const clean = secret.has(name) ? REDACTED : walk(member, depth, above);
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
    if (!secret.mayStandIn(text)) return text;
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
