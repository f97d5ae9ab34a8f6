/** What is wrong with a value: what is allowed instead, to follow "found …, allowed is", and where in it. */
export interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Keys of the table at `path` that nobody knows; there is no message then. */
  readonly unknown?: readonly string[];
}

export type Reading<T> = { readonly value: T } | { readonly issues: readonly Issue[] };

/**
 * Reads a value of one kind, or says all that is wrong with it. The kinds are plain functions and no schema library's:
 * `fuze proxy` starts with every session of a client, and loading one and building the schema took 12 ms of that.
 */
export type Kind<T> = (value: unknown) => Reading<T>;

export type ValueOf<K> = K extends Kind<infer T> ? T : never;

/** Kinds by key. */
export type Shape = Readonly<Record<string, Kind<unknown>>>;

type OptionalKeys<S> = {
  [K in keyof S]: undefined extends ValueOf<S[K]> ? K : never;
}[keyof S];

/** What a table of a shape holds; a key may be missing where its kind takes undefined. */
export type Values<S extends Shape> = {
  [K in Exclude<keyof S, OptionalKeys<S>>]: ValueOf<S[K]>;
} & { [K in OptionalKeys<S>]?: ValueOf<S[K]> };

/** The kind of what `take` makes of a value; undefined is what is not allowed. `allowed` is the text for that. */
export function kind<T>(allowed: string, take: (value: unknown) => T | undefined): Kind<T> {
  return (value) => {
    const taken = take(value);
    return taken === undefined ? { issues: [{ path: [], message: allowed }] } : { value: taken };
  };
}

export function optional<T>(inner: Kind<T>): Kind<T | undefined> {
  return (value) => (value === undefined ? { value: undefined } : inner(value));
}

/** The issues of a reading, seen from the table or array that holds it under `key`. */
export function issuesUnder<T>(key: PropertyKey, reading: Reading<T>): readonly Issue[] {
  if ('value' in reading) return [];
  return reading.issues.map((issue) => ({ ...issue, path: [key, ...issue.path] }));
}

/** Reads the keys of a shape, and leaves others alone. */
export function readShape<S extends Shape>(shape: S, table: object): Reading<Values<S>>;
export function readShape(shape: Shape, table: object): Reading<object> {
  const values: Record<string, unknown> = {};
  const issues: Issue[] = [];
  for (const [key, kindOfKey] of Object.entries(shape)) {
    const reading = kindOfKey(Object.hasOwn(table, key) ? Reflect.get(table, key) : undefined);
    if (!('value' in reading)) issues.push(...issuesUnder(key, reading));
    else if (reading.value !== undefined) values[key] = reading.value;
  }
  return issues.length === 0 ? { value: values } : { issues };
}
