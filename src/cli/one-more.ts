/** Collects the values of an option that may be given several times, as commander asks for it. */
export function oneMore(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
