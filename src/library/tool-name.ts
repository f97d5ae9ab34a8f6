import { ConfigurationError } from './fuze-error.js';

const anonymous = new WeakMap<object, string>();
let count = 0;

/**
 * The name by which limits count and loops are seen: the one given, else that of the function. A function without
 * one is a tool of its own; a side effect must have a name, by which it is known again after a restart.
 */
export function toolNameOf(
  work: { readonly name: string },
  given: string | undefined,
  sideEffect: boolean,
): string {
  const name = given ?? work.name;
  if (name !== '') return name;
  if (sideEffect) {
    throw new ConfigurationError(
      'guard: a function without a name cannot be a side effect, since its name tells which effect it is: pass the option name',
    );
  }
  const known = anonymous.get(work);
  if (known !== undefined) return known;
  count += 1;
  const made = `anonymous-${count}`;
  anonymous.set(work, made);
  return made;
}
